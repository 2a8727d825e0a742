/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Throttle;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The types of events. Flight Recorder reads their fields. */
@SuppressWarnings("unused")
final class Events {
    static final String PREFIX = "dev.otp4j.";
    static final String CATEGORY = "OTP";

    private Events() {}

    @Name(PREFIX + "HandlerSlow")
    @Label("Slow Handler")
    @Category(CATEGORY)
    @Description("A handler took longer for one message than the threshold of this event")
    @Threshold("20 ms")
    @StackTrace(false)
    static final class HandlerSlow extends Event {
        @Label("Path")
        @Description("Path of the process in its supervision tree")
        @Nullable String path;

        @Label("Definition")
        @Description("What the process is an instance of, by its name in the code")
        @Nullable String definition;

        @Label("Message Type")
        @Description("Class of the message")
        @Nullable String messageType;

        @Label("Failed")
        @Description("Whether the handler threw")
        boolean failed;
    }

    @Name(PREFIX + "Crash")
    @Label("Crash")
    @Category(CATEGORY)
    @Description("A process ended by an exception or an abnormal stop")
    @StackTrace(false)
    static final class Crash extends Event {
        @Label("Path")
        @Description("Path of the process in its supervision tree")
        @Nullable String path;

        @Label("Definition")
        @Description("What the process was an instance of, by its name in the code")
        @Nullable String definition;

        @Label("Exception Type")
        @Description("Class of the exception, or of the reason of an abnormal stop")
        @Nullable String exceptionType;

        @Label("Root Cause Type")
        @Description("Class of the last exception in the chain of causes")
        @Nullable String rootCauseType;

        @Label("Message Type")
        @Description("Class of the message that the process was handling")
        @Nullable String messageType;

        @Label("Frame")
        @Description("First line of the application in the stack of the exception")
        @Nullable String frame;

        @Label("Mailbox Size")
        @Description("Number of messages that were queued")
        int mailboxSize;
    }

    @Name(PREFIX + "Restart")
    @Label("Restart")
    @Category(CATEGORY)
    @Description("A supervisor has started a child again")
    @StackTrace(false)
    static final class Restart extends Event {
        @Label("Path")
        @Description("Path of the child in its supervision tree")
        @Nullable String path;

        @Label("Definition")
        @Description("What the child is an instance of, by its name in the code")
        @Nullable String definition;

        @Label("Reason Type")
        @Description("Class of the exception that ended the child, or kind of the exit reason")
        @Nullable String reasonType;

        @Label("Start Time Taken")
        @Description("Time until the child was initialised")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name(PREFIX + "GaveUp")
    @Label("Gave Up")
    @Category(CATEGORY)
    @Description("A supervisor gave up: one restart more than it tolerates")
    @StackTrace(false)
    static final class GaveUp extends Event {
        @Label("Path")
        @Description("Path of the supervisor in its supervision tree")
        @Nullable String path;

        @Label("Definition")
        @Description("What the supervisor is an instance of, by its name in the code")
        @Nullable String definition;

        @Label("Child")
        @Description("Path of the child that used up the tolerance")
        @Nullable String child;
    }

    @Name(PREFIX + "CallFailed")
    @Label("Call Failed")
    @Category(CATEGORY)
    @Description("A call got no reply")
    @StackTrace(false)
    @Throttle("100/s")
    static final class CallFailed extends Event {
        @Label("Caller")
        @Description("Path of the calling process; none for a thread outside of processes")
        @Nullable String caller;

        @Label("Callee")
        @Description("Path of the called process, or its name if the name had no process")
        @Nullable String callee;

        @Label("Request Type")
        @Description("Class of the request")
        @Nullable String requestType;

        @Label("Outcome")
        @Description("Kind of the failure")
        @Nullable String outcome;

        @Label("Total")
        @Description("Number of calls that have failed, this one included")
        long total;
    }

    @Name(PREFIX + "Dropped")
    @Label("Message Dropped")
    @Category(CATEGORY)
    @Description("A message reached no handler")
    @StackTrace(false)
    @Throttle("100/s")
    static final class Dropped extends Event {
        @Label("Receiver")
        @Description("Path of the receiver, or the name that the message was sent to")
        @Nullable String receiver;

        @Label("Reason")
        @Description("Why it was dropped")
        @Nullable String reason;

        @Label("Message Type")
        @Description("Class of the message")
        @Nullable String messageType;

        @Label("Total")
        @Description("Number of messages dropped for any reason, this one included")
        long total;
    }

    @Name(PREFIX + "Stuck")
    @Label("Stuck Handler")
    @Category(CATEGORY)
    @Description("A handler is busy with one message for longer than its limit")
    @StackTrace(false)
    static final class Stuck extends Event {
        @Label("Path")
        @Description("Path of the process in its supervision tree")
        @Nullable String path;

        @Label("Definition")
        @Description("What the process is an instance of, by its name in the code")
        @Nullable String definition;

        @Label("Message Type")
        @Description("Class of the message")
        @Nullable String messageType;

        @Label("Busy For")
        @Description("How long the handler has been busy with the message, at least")
        @Timespan(Timespan.NANOSECONDS)
        long busyFor;

        @Label("Awaits")
        @Description("Path of the process whose reply the handler waits for")
        @Nullable String awaits;

        @Label("Frame")
        @Description("First line of the application in the stack of the handler's thread")
        @Nullable String frame;
    }
}
