//! The library on disk: files of older versions, damaged and newer ones, rights, and many threads at once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mouthpiece::api::{Asset, Cloned, Voice};
use mouthpiece::error::Error;
use mouthpiece::library::{Care, CloneRecord, Consent, JobRow, Library, Line, Relation, Script, Take, VoiceNote};
use rusqlite::Connection;

const AT: &str = "2026-11-22T10:00:00Z";

/// The tables as version 1 made them, written out once more: what is on people's disks does not change with the code.
const VERSION_1: &str = "
    CREATE TABLE clones (id TEXT PRIMARY KEY, name TEXT NOT NULL, voice_id TEXT, internal_voice_id TEXT,
        sample_name TEXT NOT NULL, consent TEXT NOT NULL, cloned_at TEXT NOT NULL) STRICT;
    CREATE TABLE takes (id TEXT PRIMARY KEY, number INTEGER NOT NULL, voice_id TEXT NOT NULL,
        voice_name TEXT NOT NULL, script TEXT NOT NULL, stability REAL, similarity REAL, file TEXT NOT NULL,
        url TEXT NOT NULL, duration_secs REAL NOT NULL, made_at TEXT NOT NULL) STRICT;
    CREATE TABLE jobs (id TEXT PRIMARY KEY, request TEXT NOT NULL, checkpoint TEXT NOT NULL, state TEXT NOT NULL,
        created_at TEXT NOT NULL, finished_at TEXT) STRICT;
    CREATE TABLE flows (id TEXT PRIMARY KEY, document TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT;
    PRAGMA user_version = 1;
    INSERT INTO clones VALUES ('c1', 'Mara, keynote', 'p1', NULL, 'keynote.mov',
        '{\"statement\":\"I may.\",\"speaker\":\"Mara\",\"given_at\":\"2026-11-01T10:00:00Z\"}', '2026-11-01T10:01:00Z');
    INSERT INTO clones VALUES ('c2', 'Mine', NULL, 'i2', 'me.wav', 'not json', '2026-11-02T10:01:00Z');
    INSERT INTO takes VALUES ('t1', 1, 'c1', 'Mara, keynote', 'Grüße, 世界', 0.5, NULL, '/takes/1.wav',
        'http://x/1.wav', 1.5, '2026-11-03T10:00:00Z');
    INSERT INTO jobs VALUES ('j1', '{\"Speak\":1}', '{}', '\"Stopped\"', '2026-11-03T09:59:00Z', '2026-11-03T10:00:00Z');
    INSERT INTO jobs VALUES ('j2', '{\"Clone\":1}', '{\"sent\":true}', '{}', '2026-11-04T09:59:00Z', NULL);
    INSERT INTO flows VALUES ('f1', '{\"name\":\"Keynote\",\"line\":\"Hi\"}', '2026-11-05T10:00:00Z');
    INSERT INTO flows VALUES ('f2', 'half a docum', '2026-11-04T10:00:00Z');";

fn open(folder: &Path) -> Library {
    let opened = Library::open(folder).unwrap();
    assert_eq!(opened.warning, None);
    opened.library
}

fn file(folder: &Path) -> PathBuf {
    folder.join("library.sqlite")
}

/// Every row of every table, as text by column name.
fn contents(file: &Path) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let connection = Connection::open(file).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let read = |table: &String| {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns: Vec<String> = rows.column_names().map(str::to_owned).collect();
        let rows = rows.query_map([], |row| {
            let value = |(at, name): (usize, &String)| Ok((name.clone(), format!("{:?}", row.get_ref(at)?)));
            columns.iter().enumerate().map(value).collect()
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    tables.iter().map(|table| (table.clone(), read(table))).collect()
}

fn clone_record(id: &str) -> CloneRecord {
    let (voice_id, name) = (Some(format!("p-{id}")), Some("Mara, keynote".to_owned()));
    CloneRecord {
        id: id.into(),
        name: "Mara, keynote".into(),
        ids: Cloned { id: Some(id.into()), voice_id, internal_voice_id: None, name },
        sample_name: "keynote.mov".into(),
        sample_file: Some(PathBuf::from("/samples/Mara, keynote.mov")),
        sample_hash: Some("ab".repeat(32)),
        consent: Consent {
            statement: "I may.".into(),
            speaker: "Mara".into(),
            relation: Relation::ByEmail,
            given_at: AT.into(),
            sample_hash: Some("ab".repeat(32)),
        },
        cloned_at: "2026-11-22T10:01:00Z".into(),
        deleted_at: None,
        parked_at: None,
        came_back_as: None,
    }
}

fn take(id: &str) -> Take {
    Take {
        id: id.into(),
        number: 0,
        voice_id: "v".into(),
        voice_name: "Ada".into(),
        script: "Hello".into(),
        stability: Some(0.5),
        similarity: None,
        file: PathBuf::from("a.wav"),
        remote_id: Some("r1".into()),
        url: "http://x/a.wav".into(),
        duration_secs: 1.5,
        made_at: AT.into(),
        care: Care::default(),
    }
}

fn job(id: &str) -> JobRow {
    let text = || "{}".to_owned();
    let (id, created_at) = (id.to_owned(), AT.to_owned());
    JobRow { id, request: text(), checkpoint: text(), state: text(), created_at, finished_at: None }
}

#[test]
fn a_file_of_version_1_keeps_every_row_and_value() {
    let folder = tempfile::tempdir().unwrap();
    Connection::open(file(folder.path())).unwrap().execute_batch(VERSION_1).unwrap();
    let before = contents(&file(folder.path()));
    let library = open(folder.path());
    let clones = library.clones().unwrap();
    assert_eq!(clones.iter().map(|clone| clone.id.as_str()).collect::<Vec<_>>(), ["c2", "c1"]);
    assert_eq!((clones[1].consent.speaker.as_str(), clones[1].consent.relation), ("Mara", Relation::Unrecorded));
    assert!(clones[1].consent.is_given() && !clones[0].consent.is_given(), "an unreadable consent is none");
    assert_eq!(library.takes().unwrap()[0].script, "Grüße, 世界");
    assert_eq!(library.jobs().unwrap().iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j2", "j1"]);
    assert_eq!(library.flows().unwrap().iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>(), ["Keynote", ""]);
    assert_eq!(library.latest_flow().unwrap().as_deref(), Some(r#"{"name":"Keynote","line":"Hi"}"#));
    drop(library);
    let after = contents(&file(folder.path()));
    for (table, rows) in before {
        let kept = &after[&table];
        assert_eq!(kept.len(), rows.len(), "rows of {table}");
        for (old, new) in rows.iter().zip(kept) {
            assert!(
                old.iter().all(|(column, value)| new.get(column) == Some(value)),
                "{table}: {old:?} became {new:?}"
            );
        }
    }
    open(folder.path()).add_take(take("t2")).unwrap();
    assert_eq!(open(folder.path()).takes().unwrap()[0].number, 2, "and work goes on in it");
}

#[test]
fn a_deleted_clone_leaves_the_list_and_keeps_its_consent() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).put_clone(&clone_record("c1")).unwrap();
    let library = open(folder.path());
    assert_eq!(library.clones().unwrap(), [clone_record("c1")], "found again whole after reopening");
    library.mark_deleted("c1", "2026-11-23T09:00:00Z").unwrap();
    library.mark_deleted("c1", "2026-11-24T09:00:00Z").unwrap();
    assert!(library.clones().unwrap().is_empty());
    let deleted = CloneRecord { deleted_at: Some("2026-11-23T09:00:00Z".into()), ..clone_record("c1") };
    assert_eq!(library.all_clones().unwrap(), [deleted], "the first date counts");
    let export: serde_json::Value = serde_json::from_str(&library.export_consents().unwrap()).unwrap();
    let entry = &export["consents"][0];
    assert_eq!(entry["voice"], "Mara, keynote");
    assert_eq!(entry["speaker"], "Mara");
    assert_eq!(entry["consent_given"], "By e-mail");
    assert_eq!(entry["statement"], "I may.");
    assert_eq!(entry["given_at"], AT);
    assert_eq!(entry["sample_blake3"], "ab".repeat(32));
    assert_eq!(entry["deleted_at"], "2026-11-23T09:00:00Z");
    assert_eq!(entry["voice_ids"]["voice_id"], "p-c1");
}

#[test]
fn a_script_is_saved_whole_and_takes_outlive_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    library.add_take(take("t1")).unwrap();
    let line = |id: &str, take: Option<&str>| Line {
        id: id.into(),
        text: format!("Line {id}"),
        voice_id: Some("v".into()),
        stability: Some(0.25),
        similarity: None,
        take_id: take.map(String::from),
        pause_secs: Some(0.4),
    };
    let (id, name, saved_at) = ("s1".to_owned(), "Keynote".to_owned(), AT.to_owned());
    let mut script = Script { id, name, saved_at, lines: vec![line("a", Some("t1")), line("b", None)] };
    library.put_script(&script).unwrap();
    library.put_take_on_line("t1", Some("a")).unwrap();
    assert_eq!(library.takes_of("a").unwrap().len(), 1);
    script.lines = vec![line("c", None), line("a", Some("t1"))];
    library.put_script(&script).unwrap();
    assert_eq!(library.script("s1").unwrap(), Some(script.clone()));
    assert_eq!(library.scripts().unwrap(), [Script { lines: Vec::new(), ..script.clone() }]);
    let lost = library.put_take_on_line("t1", Some("b")).unwrap_err();
    assert!(matches!(lost, Error::Library(_)), "a line that is gone can't be spoken: {lost}");
    let spoken = script.lines.remove(1);
    library.put_script(&script).unwrap();
    assert_eq!(library.script("s1").unwrap().unwrap().lines.len(), 1);
    script.lines.push(spoken);
    library.put_script(&script).unwrap();
    assert_eq!(library.script("s1").unwrap(), Some(script.clone()));
    assert_eq!(library.takes_of("a").unwrap().len(), 1, "a line that is put back has its takes");
    library.drop_script("s1").unwrap();
    assert_eq!(library.script("s1").unwrap(), None);
    assert!(library.takes_of("a").unwrap().is_empty());
    assert_eq!(library.takes().unwrap().len(), 1);
}

/// What is set aside must be the very bytes that were there.
fn set_aside(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("library set aside 1.sqlite")).unwrap()
}

#[test]
fn a_newer_file_is_set_aside_without_a_byte_changed() {
    let folder = tempfile::tempdir().unwrap();
    // A later version may have left WAL mode.
    let newer = Connection::open(file(folder.path())).unwrap();
    newer.execute_batch("CREATE TABLE voices (id BLOB); PRAGMA user_version = 999;").unwrap();
    newer.close().unwrap();
    let bytes = std::fs::read(file(folder.path())).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    let warning = opened.warning.unwrap();
    assert!(warning.contains("newer version") && warning.contains("library set aside 1.sqlite"), "{warning}");
    assert_eq!(set_aside(folder.path()), bytes);
    assert!(opened.library.jobs().unwrap().is_empty());
}

#[test]
fn a_file_damaged_in_the_middle_is_set_aside_without_a_byte_changed() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    for number in 0..200 {
        library.put_job(&JobRow { request: "x".repeat(500), ..job(&format!("j{number}")) }).unwrap();
    }
    drop(library);
    let mut bytes = std::fs::read(file(folder.path())).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xA5);
    std::fs::write(file(folder.path()), &bytes).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.warning.unwrap().contains("is damaged"));
    assert_eq!(set_aside(folder.path()), bytes);
    opened.library.put_job(&job("j1")).unwrap();
}

#[test]
fn any_other_database_is_set_aside_without_a_byte_changed() {
    for version in [0, 1] {
        let folder = tempfile::tempdir().unwrap();
        let other = Connection::open(file(folder.path())).unwrap();
        other.execute_batch(&format!("CREATE TABLE songs (id); PRAGMA user_version = {version};")).unwrap();
        other.close().unwrap();
        let bytes = std::fs::read(file(folder.path())).unwrap();
        assert!(Library::open(folder.path()).unwrap().warning.unwrap().contains("another kind of file"));
        assert_eq!(set_aside(folder.path()), bytes);
    }
}

#[test]
fn what_was_written_is_there_after_the_program_was_killed() {
    let (folder, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let library = open(folder.path());
    library.put_job(&job("j1")).unwrap();
    // The files as a killed program leaves them: with the journal not yet brought in.
    for name in ["library.sqlite", "library.sqlite-wal"] {
        std::fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    assert_eq!(open(left.path()).jobs().unwrap(), [job("j1")]);
}

#[cfg(unix)]
#[test]
fn the_folder_and_every_file_of_it_are_the_users_alone_also_where_they_were_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("workspaces").join("sandbox");
    let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let check = || {
        let library = open(&folder);
        library.put_job(&job("j1")).unwrap();
        assert_eq!(rights(&folder), 0o700);
        for name in ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "library.lock"] {
            assert_eq!(rights(&folder.join(name)), 0o600, "{name}");
        }
    };
    check();
    assert_eq!(rights(&root.path().join("workspaces")), 0o700, "folders made on the way");
    let open_to_all =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    open_to_all(&folder, 0o755);
    open_to_all(&file(&folder), 0o644);
    open_to_all(&folder.join("library.lock"), 0o666);
    check();
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_one_sentence_and_no_panic() {
    // Nobody can make folders there, the superuser neither.
    let Err(error) = Library::open(Path::new("/sys/mouthpiece")) else { panic!("/sys took a library") };
    let text = error.to_string();
    assert!(text.starts_with("Could not write to /sys/mouthpiece: "), "{text}");
    assert!(text.ends_with("make the folder writable, or start with another data folder."), "{text}");
}

#[test]
fn many_threads_at_once_leave_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let library = library.clone();
            scope.spawn(move || {
                for turn in 0..25 {
                    let id = format!("{thread}-{turn}");
                    library.put_job(&job(&id)).unwrap();
                    library.add_take(take(&id)).unwrap();
                    library.put_clone(&clone_record(&id)).unwrap();
                    library.put_asset(&id, 1, &Asset { id: id.clone(), ..Asset::default() }, AT).unwrap();
                    let note = VoiceNote { voice_id: "v".into(), tags: [id.clone()].into(), ..VoiceNote::default() };
                    library.put_voice_note(&note).unwrap();
                    library.put_voices(&[Voice { id, ..Voice::default() }], AT).unwrap();
                    assert_eq!(library.voices_seen().unwrap().len(), 1);
                }
            });
        }
    });
    let mut numbers: Vec<u32> = library.takes().unwrap().iter().map(|take| take.number).collect();
    numbers.reverse();
    assert_eq!(numbers, (1..=200).collect::<Vec<u32>>(), "each take has a number of its own");
    drop(library);
    let connection = Connection::open(file(folder.path())).unwrap();
    let check = |pragma: &str| {
        let mut rows = connection.prepare(pragma).unwrap();
        rows.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(check("PRAGMA integrity_check"), ["ok"]);
    assert!(check("PRAGMA foreign_key_check").is_empty());
    assert_eq!(check("PRAGMA journal_mode"), ["wal"]);
}
