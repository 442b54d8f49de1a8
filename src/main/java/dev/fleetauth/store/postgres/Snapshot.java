package dev.fleetauth.store.postgres;

/**
 * What the table had at one moment.
 *
 * @param row a row
 * @param keys the row of the keys
 */
record Snapshot(Row row, Row keys) {}
