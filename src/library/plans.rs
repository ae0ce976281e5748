//! How `SQLite` carries out every statement of the library at 100,000 rows: by an index, never by reading a whole
//! table or sorting it.

use super::{Library, assets, clones, facts, flows, job_rows, scripts, spend, takes, voices};

/// Fills every table that grows with use.
const FILL: &str = "
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        SELECT i, printf('2026-%02d-%02dT10:00:00Z', 1 + i % 12, 1 + i % 28) AS at FROM n;
    INSERT INTO jobs SELECT 'j' || i, '{}', '{}', '{}', at, CASE WHEN i % 1000 THEN at END FROM n;
    INSERT INTO charges (job, at, kind, estimate, state) SELECT 'j' || i, at, 'speech', i, 'settled' FROM n;
    INSERT INTO assets SELECT printf('%064x', i), 'a' || i, i, '{}', at FROM n;
    INSERT INTO scripts SELECT 's' || i, 'Script', at FROM n WHERE i % 100 = 0;
    INSERT INTO takes (id, number, voice_id, voice_name, script, file, url, duration_secs, made_at)
        SELECT 't' || i, i, 'v', 'Ada', 'Hello', 'a.wav', 'http://x/a.wav', 1, at FROM n;
    INSERT INTO lines (id, script_id, position, text, take_id)
        SELECT 'l' || i, 's' || ((1 + i / 100) * 100), i, 'Hello', 't' || i FROM n WHERE i < 99900;
    INSERT INTO voices SELECT 'v' || i, CASE WHEN i < 200 THEN i END, '{}', at FROM n;
    INSERT INTO clones (id, name, sample_name, consent, cloned_at) SELECT 'c' || i, 'C', 'a', '{}', at FROM n;
    INSERT INTO flows (id, document, saved_at, name) SELECT 'f' || i, '{}', at, 'New flow' FROM n;
    DROP TABLE n;";

/// Every statement; those that a person's own hand keeps short (notes, tags, limits) are read whole.
const STATEMENTS: [&str; 50] = [
    assets::BY_HASH,
    assets::PUT,
    assets::FORGET,
    clones::PUT,
    clones::LIVING,
    clones::ALL,
    clones::DELETED,
    clones::PARKED,
    clones::PARKING,
    facts::GET,
    facts::PUT,
    facts::DROP,
    flows::PUT,
    flows::LATEST,
    flows::GET,
    flows::NAMES,
    flows::LINES,
    flows::RENAME,
    flows::DROP,
    job_rows::PUT,
    job_rows::ALL,
    job_rows::ONE,
    job_rows::OPEN,
    job_rows::DROP,
    scripts::LINES,
    scripts::LINE_IDS,
    scripts::DROP_LINE,
    scripts::HIDE_LINE,
    scripts::NAMES,
    scripts::GET,
    scripts::RENAME,
    scripts::DROP,
    spend::LATEST,
    spend::SUM,
    spend::MARK,
    spend::SETTLE,
    spend::OF_MONTH,
    spend::OF_JOB,
    spend::MONTHS,
    takes::NUMBER,
    takes::NTH,
    takes::ALL,
    takes::OF_LINE,
    takes::EDIT,
    takes::NAME,
    takes::PUT_AWAY,
    takes::LET_GO,
    takes::KEEP,
    voices::SEEN,
    voices::UNLIST,
];

#[test]
fn every_statement_goes_by_an_index_at_100_000_rows() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap().library;
    library.connection().execute_batch(FILL).unwrap();
    let connection = library.connection();
    let mut slow = Vec::new();
    let mut steps = 0;
    for sql in STATEMENTS {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let known = plan.parameter_count();
        let nothing = rusqlite::params_from_iter(vec![rusqlite::types::Null; known]);
        let plan = plan.query_map(nothing, |row| row.get::<_, String>("detail")).unwrap();
        for step in plan {
            let step = step.unwrap();
            steps += 1;
            let whole_table = step.starts_with("SCAN") && !step.contains("USING") && step != "SCAN CONSTANT ROW";
            if whole_table || step.contains("TEMP B-TREE") {
                slow.push(format!("{step}: {sql}"));
            }
        }
    }
    assert!(steps > 20, "the plans were not read");
    assert!(slow.is_empty(), "{slow:#?}");
    drop(connection);
    assert_eq!(library.open_jobs().unwrap().len(), 100);
    assert_eq!(library.voices_seen().unwrap().len(), 199);
    assert_eq!(library.script("s500").unwrap().unwrap().lines.len(), 100);
    assert_eq!(library.months().unwrap().len(), 12);
}
