package dev.fleetauth.cli.option;

/** The output formats of a report. */
public enum ReportFormat {
    /** For users; may change between versions. */
    TEXT,
    /** For programs; its members are documented and stable. */
    JSON
}
