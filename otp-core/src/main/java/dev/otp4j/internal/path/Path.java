/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.path;

/**
 * Functions over paths in a tree of processes: {@code /} is the root, {@code /orders/intake} the
 * process {@code intake} below {@code orders}, which is below the root.
 */
public final class Path {
    /** The path of the root. */
    public static final String ROOT = "/";

    private static final char SEPARATOR = '/';

    private Path() {}

    /** {@return whether it is the path of the root} */
    public static boolean isRoot(String path) {
        return path.equals(ROOT);
    }

    /** {@return whether the rest of a text from {@code index} on is a path} */
    public static boolean startsAt(String text, int index) {
        return index < text.length() && text.charAt(index) == SEPARATOR;
    }

    /** {@return whether a text can be the id of a child: an id does not cut a path} */
    public static boolean isId(String text) {
        return !text.isBlank() && text.indexOf(SEPARATOR) < 0;
    }

    /** {@return the path of a child} */
    public static String join(String supervisor, String id) {
        return isRoot(supervisor) ? ROOT + id : supervisor + SEPARATOR + id;
    }

    /** {@return the id at the end of a path; empty for the root} */
    public static String last(String path) {
        return path.substring(path.lastIndexOf(SEPARATOR) + 1);
    }

    /**
     * {@return the ids from the root down; none for the root and for an empty text} A path without
     * the first {@code /} means the same.
     */
    public static String[] ids(String path) {
        String below = startsAt(path, 0) ? path.substring(1) : path;
        return below.isEmpty() ? new String[0] : below.split(ROOT, -1);
    }
}
