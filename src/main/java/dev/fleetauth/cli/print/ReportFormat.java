package dev.fleetauth.cli.print;

/** The forms of a report. */
public enum ReportFormat {
    /** For people; it may change. */
    TEXT,
    /** For programs; its members are documented and stay. */
    JSON
}
