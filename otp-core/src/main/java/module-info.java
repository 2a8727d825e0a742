/** The engine: processes, typed actors and supervisors, on the JDK alone. */
module dev.otp4j.core {
    requires static transitive org.jspecify;
}
