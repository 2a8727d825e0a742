/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A data source that has the database explain each query: what it reads, and how. */
final class Plans extends DelegatingDataSource {
    private static final Pattern H2 = Pattern.compile("scanCount: (\\d+)");
    private static final Pattern SCAN = Pattern.compile("Scan.*actual rows=([\\d.]+) loops=(\\d+)");
    private static final Pattern REMOVED = Pattern.compile("Rows Removed by .*: (\\d+)");

    /**
     * How a query was run.
     *
     * @param plan as the database explains it
     */
    record Plan(String sql, String plan) {
        /** {@return how many rows of tables and indexes were read} */
        long read() {
            return H2.matcher(plan).results().mapToLong(each -> Long.parseLong(each.group(1))).sum()
                    + readByPostgres();
        }

        /** PostgreSQL counts for one loop what it returned, and beside that what it left out. */
        private long readByPostgres() {
            long sum = 0;
            long loops = 1;
            for (String line : plan.lines().toList()) {
                var scan = SCAN.matcher(line);
                var removed = REMOVED.matcher(line);
                if (scan.find()) {
                    loops = Long.parseLong(scan.group(2));
                    sum += Math.round(Double.parseDouble(scan.group(1)) * loops);
                } else if (removed.find()) {
                    sum += Long.parseLong(removed.group(1)) * loops;
                }
            }
            return sum;
        }

        @Override
        public String toString() {
            return sql + "\n" + plan;
        }
    }

    private final List<Plan> plans = new ArrayList<>();

    Plans(DataSource source) {
        super(source);
    }

    List<Plan> plans() {
        return plans;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        String explain =
                connection.getMetaData().getDatabaseProductName().equals("H2")
                        ? "EXPLAIN ANALYZE "
                        : "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ";
        return proxy(
                Connection.class,
                (method, arguments) -> {
                    Object result = invoke(connection, method, arguments);
                    return switch (method.getName()) {
                        case "createStatement" -> statement(connection, explain, result);
                        case "prepareStatement" ->
                                prepared(connection, explain, (String) arguments[0], result);
                        default -> result;
                    };
                });
    }

    private Statement statement(Connection connection, String explain, Object statement) {
        return proxy(
                Statement.class,
                (method, arguments) -> {
                    if (method.getName().equals("executeQuery")) {
                        String sql = (String) arguments[0];
                        explain(sql, connection.prepareStatement(explain + sql));
                    }
                    return invoke(statement, method, arguments);
                });
    }

    private PreparedStatement prepared(
            Connection connection, String explain, String sql, Object statement)
            throws SQLException {
        PreparedStatement explained = connection.prepareStatement(explain + sql);
        return proxy(
                PreparedStatement.class,
                (method, arguments) -> {
                    String name = method.getName();
                    if (name.startsWith("set") && arguments.length == 2) {
                        invoke(explained, method, arguments);
                    }
                    if (name.equals("executeQuery")) explain(sql, explained);
                    return invoke(statement, method, arguments);
                });
    }

    private void explain(String sql, PreparedStatement explained) throws SQLException {
        var text = new StringBuilder();
        try (explained;
                ResultSet rows = explained.executeQuery()) {
            while (rows.next()) text.append(rows.getString(1)).append('\n');
        }
        plans.add(new Plan(sql, text.toString()));
    }

    private interface Call {
        Object make(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> call.make(method, arguments)));
    }

    private static Object invoke(Object target, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
