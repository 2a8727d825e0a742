%% SPDX-License-Identifier: Apache-2.0
%%
%% Erlang/OTP's figures for the benchmarks of the engine.
%%
%% All:  sh run.sh
%% Some: WARMUP=1 REPS=3 sh run.sh tell_cast_1_1 call_1
%%
%% Every metric: WARMUP untimed repetitions (2), then REPS timed ones (7), each in a fresh
%% process. One line per metric: `name value unit min=.. max=.. all=..`, where value is the
%% median of the repetitions and all are the repetitions themselves.
-module(bench).
-export([main/0, main/1]).
-export([child_start/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-define(WARMUP, list_to_integer(os:getenv("WARMUP", "2"))).
-define(REPS, list_to_integer(os:getenv("REPS", "7"))).

main() -> main([]).

main(Names) ->
    logger:set_primary_config(level, none),
    io:format("# otp=~s erts=~s schedulers=~p emu=~p warmup=~p reps=~p~n",
              [erlang:system_info(otp_release), erlang:system_info(version),
               erlang:system_info(schedulers_online), erlang:system_info(emu_flavor),
               ?WARMUP, ?REPS]),
    [run(M) || {Name, _, _} = M <- metrics(), Names =:= [] orelse lists:member(Name, Names)],
    halt().

%% {Name, Unit, Fun}; Fun() returns a number already in Unit.
metrics() ->
    [{spawn_exit,              'proc/s', fun() -> spawn_exit(100000) end},
     {spawn_stop_msg,          'proc/s', fun() -> spawn_stop_msg(100000) end},
     {gen_server_start_link,   'proc/s', fun() -> start_link_rate(100000) end},
     {gen_server_start_stop,   'proc/s', fun() -> start_stop_rate(100000) end},
     {tell_cast_1_1,           'msg/s',  fun() -> tell_cast(1, 2000000) end},
     {tell_raw_1_1,            'msg/s',  fun() -> tell_raw(1, 2000000) end},
     {fan_in_cast_8_1,         'msg/s',  fun() -> tell_cast(8, 2000000) end},
     {fan_in_raw_8_1,          'msg/s',  fun() -> tell_raw(8, 2000000) end},
     {ping_pong_raw,           'rt/s',   fun() -> ping_pong_raw(250000) end},
     {ping_pong_cast,          'rt/s',   fun() -> ping_pong_cast(250000) end},
     {call_1,                  'call/s', fun() -> calls(1, 100000) end},
     {call_8,                  'call/s', fun() -> calls(8, 400000) end},
     {ring_10k_raw,            'hop/s',  fun() -> ring(10000, 1000000) end},
     {ring_10k_cast,           'hop/s',  fun() -> ring_cast(10000, 1000000) end},
     {mem_gen_server,          'bytes',  fun() -> mem_gen_server(100000, false) end},
     {mem_gen_server_1m,       'bytes',  fun() -> mem_gen_server(1000000, false) end},
     {mem_gen_server_hibernated,'bytes', fun() -> mem_gen_server(100000, true) end},
     {mem_raw_process,         'bytes',  fun() -> mem_raw(100000) end},
     {restart_median,          us,       fun() -> element(1, restart(20, 100)) end},
     {restart_p99,             us,       fun() -> element(2, restart(20, 100)) end},
     {send_then_block_median,  us,       fun() -> element(1, send_then_block(100, 10)) end},
     {send_then_block_p99,     us,       fun() -> element(2, send_then_block(100, 10)) end},
     {restart_2000_one_sup_median, us,   fun() -> element(1, restart(1, 2000)) end},
     {restart_2000_one_sup_p99, us,      fun() -> element(2, restart(1, 2000)) end},
     {sup_start_static_10k,    'child/s', fun() -> sup_static(10000) end},
     {sup_start_child_10k,     'child/s', fun() -> sup_dynamic(one_for_one, 10000) end},
     {sup_start_simple_10k,    'child/s', fun() -> sup_dynamic(simple_one_for_one, 10000) end},
     {call_clean_mailbox,      'us/call', fun() -> call_backlog(0, 50000) end},
     {call_10k_unmatched,      'us/call', fun() -> call_backlog(10000, 50000) end},
     {naive_call_10k_unmatched,'us/call', fun() -> naive_backlog(10000, 2000) end},
     {sleepers_10k_50ms,       ms,       fun() -> sleepers(10000, 50) end}].

%% ---------------------------------------------------------------- harness

run({Name, Unit, Fun}) ->
    [isolated(Fun) || _ <- lists:seq(1, ?WARMUP)],
    Sorted = lists:sort([isolated(Fun) || _ <- lists:seq(1, ?REPS)]),
    Median = lists:nth((?REPS + 1) div 2, Sorted),
    io:format("~s ~s ~s min=~s max=~s all=~s~n",
              [Name, num(Median), Unit, num(hd(Sorted)), num(lists:last(Sorted)),
               lists:join(",", [num(V) || V <- Sorted])]).

isolated(Fun) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({result, Fun()}) end),
    receive {'DOWN', Ref, process, Pid, {result, R}} -> erlang:garbage_collect(), R;
            {'DOWN', Ref, process, Pid, Why} -> io:format("FAILED ~p~n", [Why]), halt(1)
    end.

num(V) when is_integer(V) -> integer_to_list(V);
num(V) when V >= 1000     -> integer_to_list(round(V));
num(V)                    -> io_lib:format("~.2f", [float(V)]).

timed(Fun) ->
    T0 = erlang:monotonic_time(nanosecond),
    Fun(),
    erlang:monotonic_time(nanosecond) - T0.

rate(N, Fun) -> N * 1.0e9 / timed(Fun).

times(0, _) -> ok;
times(N, F) -> F(N), times(N - 1, F).

await(0, _) -> ok;
await(N, Tag) -> receive Tag -> await(N - 1, Tag) end.

await_down(0) -> ok;
await_down(N) -> receive {'DOWN', _, process, _, _} -> await_down(N - 1) end.

%% ------------------------------------------------------------------ spawn

spawn_exit(N) ->
    rate(N, fun() -> times(N, fun(_) -> spawn_monitor(fun() -> ok end) end),
                     await_down(N) end).

%% spawn a process, send it one message that makes it end, wait for all DOWNs
spawn_stop_msg(N) ->
    rate(N, fun() ->
        times(N, fun(_) ->
            {P, _} = spawn_monitor(fun() -> receive stop -> ok end end), P ! stop end),
        await_down(N) end).

start_link_rate(N) ->
    process_flag(trap_exit, true),
    T0 = erlang:monotonic_time(nanosecond),
    Ps = [begin {ok, P} = gen_server:start_link(?MODULE, {srv, 0}, []), P end
          || _ <- lists:seq(1, N)],
    T = erlang:monotonic_time(nanosecond) - T0,
    [exit(P, kill) || P <- Ps],                  % linked and trapped: exits, no monitors
    times(N, fun(_) -> receive {'EXIT', _, _} -> ok end end),
    N * 1.0e9 / T.

%% start_link + cast stop, 'EXIT's collected every 100 (start_link waits for its ack with
%% a receive that scans the mailbox, so a backlog of 'EXIT's would make it quadratic)
start_stop_rate(N) ->
    process_flag(trap_exit, true),
    rate(N, fun() ->
        times(N div 100, fun(_) ->
            times(100, fun(_) -> {ok, P} = gen_server:start_link(?MODULE, {srv, 0}, []),
                                 gen_server:cast(P, stop) end),
            times(100, fun(_) -> receive {'EXIT', _, _} -> ok end end) end) end).

kill_all(Ps) ->
    Ms = [erlang:monitor(process, P) || P <- Ps],
    [exit(P, kill) || P <- Ps],
    await_down(length(Ms)).

%% ------------------------------------------------------------------- tell

tell_cast(Producers, Total) ->
    {ok, S} = gen_server:start(?MODULE, {count, Total, self()}, []),
    R = rate(Total, fun() ->
        producers(Producers, fun() ->
            times(Total div Producers, fun(I) -> gen_server:cast(S, {inc, I}) end) end),
        await(1, counted) end),
    gen_server:stop(S),
    R.

tell_raw(Producers, Total) ->
    Me = self(),
    S = spawn(fun() -> count_loop(Total, Me) end),
    rate(Total, fun() ->
        producers(Producers, fun() ->
            times(Total div Producers, fun(I) -> S ! {inc, I} end) end),
        await(1, counted) end).

producers(1, F) -> F();
producers(N, F) -> times(N, fun(_) -> spawn(F) end).

count_loop(0, Parent) -> Parent ! counted;
count_loop(N, Parent) -> receive {inc, _} -> count_loop(N - 1, Parent) end.

%% -------------------------------------------------------------- ping pong

ping_pong_raw(N) ->
    Me = self(),
    Pong = spawn(fun pong_loop/0),
    Ping = spawn(fun() -> receive go -> ok end, ping_loop(Pong, N), Me ! counted end),
    R = rate(N, fun() -> Ping ! go, await(1, counted) end),
    exit(Pong, kill),
    R.

ping_loop(_, 0) -> ok;
ping_loop(Pong, N) -> Pong ! {ping, self()}, receive pong -> ping_loop(Pong, N - 1) end.

pong_loop() -> receive {ping, From} -> From ! pong, pong_loop() end.

ping_pong_cast(N) ->
    {ok, A} = gen_server:start(?MODULE, {bounce, self()}, []),
    {ok, B} = gen_server:start(?MODULE, {bounce, self()}, []),
    R = rate(N, fun() -> gen_server:cast(A, {ball, B, 2 * N}), await(1, counted) end),
    gen_server:stop(A), gen_server:stop(B),
    R.

%% ------------------------------------------------------------------- call

calls(Clients, Total) ->
    {ok, S} = gen_server:start(?MODULE, {srv, 0}, []),
    Me = self(),
    R = rate(Total, fun() ->
        times(Clients, fun(_) -> spawn(fun() ->
            times(Total div Clients, fun(I) -> gen_server:call(S, {echo, I}) end),
            Me ! counted end) end),
        await(Clients, counted) end),
    gen_server:stop(S),
    R.

%% ------------------------------------------------------------------- ring

ring(Size, Hops) ->
    Me = self(),
    Last = spawn(fun() -> receive {next, P} -> ring_loop(P, Me) end end),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> ring_loop(Next, Me) end) end,
                        Last, lists:seq(2, Size)),
    Last ! {next, First},
    R = rate(Hops, fun() -> First ! {token, Hops}, await(1, counted) end),
    First ! die,
    R.

ring_loop(Next, Parent) ->
    receive {token, 0} -> Parent ! counted, ring_loop(Next, Parent);
            {token, N} -> Next ! {token, N - 1}, ring_loop(Next, Parent);
            die        -> Next ! die
    end.

ring_cast(Size, Hops) ->
    {ok, Last} = gen_server:start(?MODULE, {ring, undefined, self()}, []),
    First = lists:foldl(fun(_, Next) ->
        {ok, P} = gen_server:start(?MODULE, {ring, Next, self()}, []), P end,
        Last, lists:seq(2, Size)),
    gen_server:cast(Last, {next, First}),
    R = rate(Hops, fun() -> gen_server:cast(First, {token, Hops}), await(1, counted) end),
    gen_server:cast(First, die),
    R.

%% ----------------------------------------------------------------- memory

mem_gen_server(N, Hibernate) ->
    M0 = settled_memory(),
    Ps = start_many(N, {mem, Hibernate}),
    [erlang:garbage_collect(P) || not Hibernate, P <- Ps],
    B = settled_memory() - M0 - 16 * N,          % minus our own list of pids
    kill_all(Ps),
    B / N.

start_many(N, Arg) ->
    [begin {ok, P} = gen_server:start(?MODULE, Arg, []), P end || _ <- lists:seq(1, N)].

mem_raw(N) ->
    M0 = settled_memory(),
    Ps = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, N)],
    B = settled_memory() - M0 - 16 * N,
    kill_all(Ps),
    B / N.

settled_memory() ->
    erlang:garbage_collect(), timer:sleep(50), erlang:memory(total).

%% ------------------------------------------------------------ supervision

%% Sups supervisors one after another, each seeing Kills kills of its only child.
restart(Sups, Kills) ->
    process_flag(trap_exit, true),
    percentiles(lists:append([restart_one(Kills) || _ <- lists:seq(1, Sups)])).

%% {median, 99 in 100} of nanoseconds, in microseconds
percentiles(Nanos) ->
    L = lists:sort(Nanos),
    {lists:nth(length(L) div 2, L) / 1000, lists:nth(length(L) * 99 div 100, L) / 1000}.

restart_one(Kills) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {sup, one_for_one,
        [#{id => c, start => {?MODULE, child_start, [{report, self()}]}}]}),
    P = receive {up, P0, _} -> P0 end,
    R = kill_loop(Kills, P, []),
    exit(Sup, shutdown), receive {'EXIT', Sup, _} -> ok end,
    R.

kill_loop(0, _, Acc) -> Acc;
kill_loop(N, P, Acc) ->
    T0 = erlang:monotonic_time(nanosecond),
    exit(P, kill),
    receive {up, P1, T1} -> kill_loop(N - 1, P1, [T1 - T0 | Acc]) end.

sup_static(N) ->
    process_flag(trap_exit, true),
    Specs = [#{id => I, start => {?MODULE, child_start, [{srv, 0}]}, restart => temporary}
             || I <- lists:seq(1, N)],
    T0 = erlang:monotonic_time(nanosecond),
    {ok, Sup} = supervisor:start_link(?MODULE, {sup, one_for_one, Specs}),
    T = erlang:monotonic_time(nanosecond) - T0,
    exit(Sup, shutdown), receive {'EXIT', Sup, _} -> ok end,
    N * 1.0e9 / T.

sup_dynamic(Strategy, N) ->
    process_flag(trap_exit, true),
    {ok, Sup} = case Strategy of
        simple_one_for_one -> supervisor:start_link(?MODULE, {sup, Strategy,
            [#{id => c, start => {?MODULE, child_start, []}, restart => temporary}]});
        _ -> supervisor:start_link(?MODULE, {sup, Strategy, []})
    end,
    R = rate(N, fun() -> times(N, fun(I) ->
        {ok, _} = supervisor:start_child(Sup, case Strategy of
            simple_one_for_one -> [{srv, 0}];
            _ -> #{id => I, start => {?MODULE, child_start, [{srv, 0}]}, restart => temporary}
        end) end) end),
    exit(Sup, shutdown), receive {'EXIT', Sup, _} -> ok end,
    R.

child_start(Arg) -> gen_server:start_link(?MODULE, Arg, []).


%% ------------------------------------------------------ selective receive

call_backlog(Backlog, N) ->
    {ok, S} = gen_server:start(?MODULE, {srv, 0}, []),
    times(Backlog, fun(I) -> self() ! {junk, I} end),
    T = timed(fun() -> times(N, fun(I) -> gen_server:call(S, {echo, I}) end) end),
    gen_server:stop(S),
    T / N / 1000.

%% a receive whose pattern is not tied to a fresh reference scans the whole mailbox
naive_backlog(Backlog, N) ->
    S = spawn(fun pong_loop/0),
    times(Backlog, fun(I) -> self() ! {junk, I} end),
    T = timed(fun() -> times(N, fun(_) -> S ! {ping, self()}, receive pong -> ok end end) end),
    exit(S, kill),
    T / N / 1000.

%% N gen_servers each blocked for Ms inside a callback at once
sleepers(N, Ms) ->
    Me = self(),
    Ps = start_many(N, {srv, 0}),
    T = timed(fun() ->
        [gen_server:cast(P, {sleep, Ms, Me}) || P <- Ps], await(N, slept) end),
    kill_all(Ps),
    T / 1.0e6.

%% A gen_server casts to an idle one, then blocks: how late does that one begin?
send_then_block(N, Ms) ->
    {ok, Peer} = gen_server:start(?MODULE, {srv, 0}, []),
    {ok, Sender} = gen_server:start(?MODULE, {srv, 0}, []),
    R = percentiles([send_then_block_one(Sender, Peer, Ms) || _ <- lists:seq(1, N)]),
    kill_all([Peer, Sender]),
    R.

send_then_block_one(Sender, Peer, Ms) ->
    gen_server:cast(Sender, {send_then_sleep, Peer, Ms, self()}),
    receive {begun, Nanos} -> receive slept -> Nanos end end.

%% ------------------------------------------- gen_server and supervisor parts

init({sup, Strategy, Specs}) ->
    {ok, {#{strategy => Strategy, intensity => 1000000, period => 1}, Specs}};
init({report, To}) -> To ! {up, self(), erlang:monotonic_time(nanosecond)}, {ok, 0};
init({mem, true})  -> {ok, 0, hibernate};
init({mem, false}) -> {ok, 0};
init(Arg)          -> {ok, Arg}.

handle_cast({inc, _}, {count, 1, To})            -> To ! counted, {noreply, {count, 0, To}};
handle_cast({inc, _}, {count, N, To})            -> {noreply, {count, N - 1, To}};
handle_cast({ball, _, 0}, {bounce, To} = S)      -> To ! counted, {noreply, S};
handle_cast({ball, Peer, N}, S)                  -> gen_server:cast(Peer, {ball, self(), N - 1}),
                                                    {noreply, S};
handle_cast({token, 0}, {ring, _, To} = S)       -> To ! counted, {noreply, S};
handle_cast({token, N}, {ring, Next, _} = S)     -> gen_server:cast(Next, {token, N - 1}),
                                                    {noreply, S};
handle_cast({next, P}, {ring, _, To})            -> {noreply, {ring, P, To}};
handle_cast(die, {ring, Next, _} = S)            -> gen_server:cast(Next, die), {stop, normal, S};
handle_cast({sleep, Ms, To}, S)                  -> timer:sleep(Ms), To ! slept, {noreply, S};
handle_cast({send_then_sleep, Peer, Ms, To}, S)  ->
    gen_server:cast(Peer, {begin_at, erlang:monotonic_time(nanosecond), To}),
    timer:sleep(Ms), To ! slept, {noreply, S};
handle_cast({begin_at, T0, To}, S)               ->
    To ! {begun, erlang:monotonic_time(nanosecond) - T0}, {noreply, S};
handle_cast(stop, S)                             -> {stop, normal, S}.

handle_call({echo, I}, _From, {srv, N}) -> {reply, I, {srv, N + 1}}.

handle_info(_, S) -> {noreply, S}.

terminate(_, _) -> ok.
