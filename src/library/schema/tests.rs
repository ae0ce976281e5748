//! Files as other programs, kills and the loss of power leave them.

use super::*;

const FACTS: &str = "SELECT count(*) FROM facts";

fn facts(connection: &Connection) -> i64 {
    connection.query_row(FACTS, [], |row| row.get(0)).unwrap()
}

fn fill(connection: &Connection) {
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO facts SELECT 'k' || random(), hex(randomblob(500)) FROM n";
    connection.execute_batch(many).unwrap();
}

/// The files as they lie there, as a kill or a loss of power leaves them.
fn as_it_lies(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// A library with rows in its journal, left in its tracks.
fn killed(dir: &Path) -> std::path::PathBuf {
    let (alive, dead) = (dir.join("alive"), dir.join("dead"));
    std::fs::create_dir(&alive).unwrap();
    let connection = connect(&alive.join("l.sqlite")).unwrap();
    fill(&connection);
    as_it_lies(&alive, &dead);
    dead.join("l.sqlite")
}

#[test]
fn a_file_killed_in_a_transaction_of_the_old_journal_is_rolled_back() {
    let dir = tempfile::tempdir().unwrap();
    let (alive, dead) = (dir.path().join("alive"), dir.path().join("dead"));
    std::fs::create_dir(&alive).unwrap();
    let file = alive.join("l.sqlite");
    drop(connect(&file).unwrap());
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
    fill(&connection);
    connection.pragma_update(None, "cache_size", 4).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    fill(&connection);
    as_it_lies(&alive, &dead);
    assert!(place::journal(&dead.join("l.sqlite"), "-journal").exists());
    let read = inspect_by(&dead.join("l.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY);
    assert!(matches!(read, Err(Problem::Sql(_))), "what this is about: {read:?}");
    assert_eq!(facts(&connect(&dead.join("l.sqlite")).unwrap()), 500);
}

#[test]
fn what_a_killed_program_left_of_its_journal_is_read() {
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 6] = [
        ("as it was", |_| {}),
        ("no index", |file| std::fs::remove_file(place::journal(file, "-shm")).unwrap()),
        ("half an index", |file| {
            let index = std::fs::File::options().write(true).open(place::journal(file, "-shm")).unwrap();
            index.set_len(100).unwrap();
        }),
        ("an empty index", |file| std::fs::write(place::journal(file, "-shm"), "").unwrap()),
        ("an index of noise", |file| std::fs::write(place::journal(file, "-shm"), vec![0xA5; 32768]).unwrap()),
        ("half a last frame", |file| {
            let journal = std::fs::File::options().append(true).open(place::journal(file, "-wal")).unwrap();
            journal.set_len(journal.metadata().unwrap().len() + 100).unwrap();
        }),
    ];
    for (what, spoil) in spoils {
        let dir = tempfile::tempdir().unwrap();
        let file = killed(dir.path());
        spoil(&file);
        assert_eq!(connect(&file).map(|connection| facts(&connection)).ok(), Some(500), "{what}");
    }
}

#[test]
fn an_empty_file_with_an_empty_journal_is_new_and_with_a_full_one_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let file = killed(dir.path());
    std::fs::File::options().write(true).open(&file).unwrap().set_len(0).unwrap();
    let journal = place::journal(&file, "-wal");
    let kept = std::fs::read(&journal).unwrap();
    assert!(matches!(connect(&file), Err(problem) if problem.file_is_unusable()));
    assert_eq!(std::fs::read(&journal).unwrap(), kept, "not thrown away");
    std::fs::write(&journal, "").unwrap();
    assert_eq!(facts(&connect(&file).unwrap()), 0);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the other program")]
fn a_file_that_another_program_holds_for_a_moment_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("l.sqlite");
    drop(connect(&file).unwrap());
    let other = Connection::open(&file).unwrap();
    other.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
    other.execute_batch("BEGIN EXCLUSIVE; INSERT INTO facts VALUES ('a', 'b')").unwrap();
    let opening = std::thread::spawn(move || connect(&file).map(|connection| facts(&connection)).ok());
    while !opening.is_finished() && !other.is_autocommit() {
        other.execute_batch("COMMIT").unwrap();
    }
    drop(other);
    assert_eq!(opening.join().unwrap(), Some(1));
}

#[test]
fn takes_of_an_earlier_version_are_numbered_by_their_lines() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("l.sqlite");
    let old = Connection::open(&file).unwrap();
    MIGRATIONS[..5].iter().for_each(|migration| old.execute_batch(migration).unwrap());
    old.pragma_update(None, "user_version", 5).unwrap();
    let takes = "INSERT INTO scripts VALUES ('s', 'S', '2026');
        INSERT INTO lines (id, script_id, position, text) VALUES ('one', 's', 0, 'A'), ('two', 's', 1, 'B');
        INSERT INTO takes (id, number, voice_id, voice_name, script, file, url, duration_secs, made_at, line_id, part_of)
            SELECT column1, column1, 'v', 'V', 'A', 'f', '', 1, '2026', column2, column3 FROM (VALUES
                (1, 'one', NULL), (2, NULL, NULL), (3, 'two', NULL), (4, 'two', 'x'), (5, 'two', NULL), (6, 'one', NULL))";
    old.execute_batch(takes).unwrap();
    // As a build between the two versions left it.
    old.execute_batch("ALTER TABLE takes ADD COLUMN nth INTEGER; UPDATE takes SET nth = 9").unwrap();
    drop(old);
    let now = connect(&file).unwrap();
    let mut numbers = now.prepare("SELECT nth FROM takes ORDER BY number").unwrap();
    let numbers: Vec<Option<u32>> = numbers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(numbers, [Some(1), None, Some(1), None, Some(2), Some(2)]);
    assert_eq!(version(&now).unwrap(), newest());
}
