package dev.fleetauth.cli.option;

/** The forms of a report. */
public enum ReportFormat {
    /** For people; it may change. */
    TEXT,
    /** For programs; its members are documented and stay. */
    JSON
}
