//! Tables: prices before anything is bought, rows that were changed, rows that can't be carried out.

use serde_json::Value;

use crate::home::{Home, account, shared, text};
use crate::proxy::Proxy;

fn table(home: &Home, rows: &[(&str, &str, &str)]) {
    let target = text(&shared().1);
    let rows = rows.iter().map(|(voice, line, output)| format!("{voice},{line},{target},{output}"));
    let table = format!("voice,text,target,output\n{}", rows.collect::<Vec<_>>().join("\n"));
    std::fs::write(home.path("t.csv"), table).unwrap();
}

#[test]
fn a_row_that_was_changed_is_not_taken_for_done() {
    let home = Home::new();
    let batch = ["batch", "t.csv", "--sandbox"];
    table(&home, &[("Sandbox Ada", "One.", "a.mp4"), ("Sandbox Ada", "One.", "b.mp4")]);
    home.done(&batch);
    assert_eq!(home.library().takes().unwrap().len(), 1, "the same words of the same voice are spoken once");
    for changed in [("Sandbox Ada", "Two.", "a.mp4"), ("Sandbox Hugo", "One.", "a.mp4")] {
        table(&home, &[changed, ("Sandbox Ada", "One.", "b.mp4")]);
        home.refused(2, &batch, "Row 2: ");
        home.refused(2, &batch, "was made before the row, or its target, was changed");
    }
    assert_eq!(home.library().takes().unwrap().len(), 1, "nothing was made of the other rows");
    std::fs::write(home.path("c.mp4"), "mine").unwrap();
    table(&home, &[("Sandbox Ada", "One.", "c.mp4")]);
    home.refused(2, &batch, "c.mp4 is there already");
    table(&home, &[("Sandbox Ada", "One.", "a.mp4"), ("Sandbox Ada", "Two.", "a")]);
    home.refused(2, &batch, "Row 3: it has the same output as row 2");
    table(&home, &[("Sandbox Ada", "One.", "a.mov")]);
    home.refused(2, &batch, "Results are MP4");
}

#[test]
fn the_price_of_all_rows_comes_before_any_of_them() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    table(&home, &[("Sandbox Ada", "One.", "a.mp4"), ("Sandbox Hugo", "Two.", "b.mp4")]);
    let dry = home.run(&["batch", "t.csv", "--dry-run", "--json"]);
    let events: Vec<Value> = dry.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((dry.code, events.len()), (Some(0), 3));
    let prices: Vec<f64> = events[..2].iter().map(|row| row["usd"].as_f64().unwrap()).collect();
    assert_eq!((&events[0]["state"], &events[1]["row"]), (&"to do".into(), &3.into()));
    assert!((events[2]["usd"].as_f64().unwrap() - prices.iter().sum::<f64>()).abs() < 1e-9 && prices[0] > 0.0);
    home.refused(3, &["batch", "t.csv"], "Run 2 rows for up to $");
    // Enough for one of them.
    let limit = format!("{:.2}", prices[0] + 0.01);
    home.done(&["spend", "--stop-at", &limit]);
    home.refused(3, &["batch", "t.csv", "--yes"], "of the month's limit of $");
    assert!(home.library().takes().unwrap().is_empty(), "nothing was bought");
    home.done(&["spend", "--stop-at", "none", "--warn-above", "0.01"]);
    let made = home.run(&["batch", "t.csv", "--yes", "--json"]);
    let events: Vec<Value> = made.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows: Vec<&Value> = events.iter().filter(|event| event["event"] == "row").collect();
    assert_eq!((made.code, rows.len()), (Some(0), 2), "{}", made.out);
    assert_eq!((&rows[0]["row"], &rows[1]["row"], &rows[1]["state"]), (&2.into(), &3.into(), &"done".into()));
    let last = events.last().unwrap();
    assert_eq!((&last["event"], &last["made"], &last["left"]), (&"done".into(), &2.into(), &0.into()));
    let is_progress = |event: &&Value| event["event"] == "progress" && event["kind"] == "lip sync";
    let progress = events.iter().find(is_progress).unwrap();
    assert!(progress["title"].is_string() && progress["step"].is_string() && progress["job"].is_string());
}

#[test]
fn a_batch_ends_at_what_no_row_would_fare_better_with() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let lines = ["One.", "Two.", "Three.", "Four."];
    let mut rows: Vec<_> = lines.iter().map(|line| ("Sandbox Ada", *line, "")).collect();
    let refuse = || service.faults().next_refuses("POST", "/v2/tts", 402, "payment_required", "No credits");
    table(&home, &rows);
    refuse();
    let ended = home.run(&["batch", "t.csv", "--yes"]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    assert!(ended.err.contains("1 row failed, and 3 rows were not begun: "), "{}", ended.err);
    assert_eq!(home.library().jobs().unwrap().len(), 1);
    // What is done is told, wherever it stands.
    table(&home, &[("Sandbox Ada", "Five.", "five.mp4")]);
    let done = home.done(&["batch", "t.csv", "--yes"]);
    rows.push(("Sandbox Ada", "Five.", "five.mp4"));
    table(&home, &rows);
    refuse();
    let ended = home.run(&["batch", "t.csv", "--yes"]);
    assert_eq!((ended.code, ended.out.trim()), (Some(1), done.as_str()), "{}", ended.err);
}

#[test]
fn many_rows_are_carried_out_in_their_order_a_few_at_a_time() {
    let home = Home::new();
    let rows: Vec<_> = (0..12).map(|_| ("Sandbox Ada", "One.", "")).collect();
    table(&home, &rows);
    let made = home.done(&["batch", "t.csv", "--sandbox"]);
    let names: Vec<&str> = made.lines().map(|file| file.rsplit('/').next().unwrap()).collect();
    let wanted: Vec<String> = (1..=12).map(|row| format!("{row:03} teaser Sandbox Ada.mp4")).collect();
    assert_eq!(names, wanted);
    assert_eq!(home.library().takes().unwrap().len(), 1);
}

#[test]
fn what_a_row_lacks_is_said_with_its_number_and_others_are_not_begun() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let target = text(&shared().1);
    let write = |row: &str| {
        let table = format!("voice,text,target,mode,model\nSandbox Ada,One.,{target},,\n{row}\n");
        std::fs::write(home.path("t.csv"), table).unwrap();
    };
    for (row, code, why) in [
        (
            format!("Sandbox Add,Hi,{target},,"),
            2,
            "Row 3: There is no voice “Sandbox Add”. Did you mean “Sandbox Ada”?",
        ),
        ("Sandbox Ada,Hi,gone.mp4,,".to_owned(), 1, "Row 3: Could not"),
        (format!("Sandbox Ada,Hi,{target},sideways,"), 2, "Row 3: There is no mode “sideways”"),
        (format!("Sandbox Ada,{},{target},,", "a".repeat(5001)), 2, "Row 3: This line has 5,001 characters"),
        (format!("Sandbox Ada,,{target},,"), 2, "Row 3: it has no text"),
    ] {
        write(&row);
        home.refused(code, &["batch", "t.csv", "--yes"], why);
    }
    assert!(home.library().jobs().unwrap().is_empty());
    write(&format!("Sandbox Ada,Two.,{target},,a-model-of-tomorrow"));
    home.refused(2, &["batch", "t.csv"], "There is no model “a-model-of-tomorrow” at ");
    // Where the models are not told, the service decides later.
    service.faults().next_refuses("GET", "/v2/models", 404, "not_found", "Not here");
    let ended = home.run(&["batch", "t.csv"]);
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("up to $"), "{}", ended.err);
    // One row that fails does not take the others along, and is tried again by the same line.
    write(&format!("Sandbox Hugo,Two.,{target},,"));
    service.faults().next_refuses("POST", "/v2/generate", 400, "bad_day", "Not today");
    let ended = home.run(&["batch", "t.csv", "--yes"]);
    assert_eq!((ended.code, ended.out.lines().count()), (Some(1), 1), "{}", ended.err);
    assert!(ended.err.contains("Not today") && ended.err.contains("1 row failed"), "{}", ended.err);
    let again = home.done(&["batch", "t.csv", "--yes"]);
    let names = ["001 teaser Sandbox Ada.mp4", "002 teaser Sandbox Hugo.mp4"].map(|name| home.path(name));
    assert_eq!(again.lines().collect::<Vec<_>>(), names.each_ref().map(|name| text(name)));
    assert_eq!(home.library().takes().unwrap().len(), 2);
}

#[test]
fn all_faulty_rows_are_told_by_the_numbers_of_a_spreadsheet() {
    let home = Home::new();
    let target = text(&shared().1);
    let batch = ["batch", "t.csv", "--sandbox"];
    let mut table =
        format!("voice;text;target\n\nSandbox Ada;\"Two\nlines; one cell.\";{target}\nNobody;Hi;{target}\n;;\n;Hi;\n");
    std::fs::write(home.path("t.csv"), &table).unwrap();
    let ended = home.run(&batch);
    let lines: Vec<&str> = ended.err.lines().collect();
    assert_eq!((ended.code, lines.len()), (Some(2), 3), "{}", ended.err);
    assert!(lines[0].starts_with("2 rows can't be carried out, so nothing was begun"), "{}", ended.err);
    assert!(lines[1].starts_with("Row 4: There is no voice “Nobody”"), "{}", ended.err);
    assert_eq!(lines[2], "Row 6: it has no voice, no target.");
    let told = home.run(&[&batch[..], &["--json"]].concat());
    let events: Vec<Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows: Vec<_> = events.iter().filter(|event| event["event"] == "row" && event["state"] == "failed").collect();
    assert_eq!(rows.iter().map(|event| event["row"].as_u64().unwrap()).collect::<Vec<_>>(), [4, 6], "{}", told.out);
    assert_eq!((&rows[1]["error"], &events[2]["event"]), (&"it has no voice, no target.".into(), &"error".into()));
    table.push_str(&format!("Nobody;Hi;{target}\n").repeat(20));
    std::fs::write(home.path("t.csv"), table).unwrap();
    let ended = home.run(&batch);
    assert!(ended.err.contains("22 rows") && ended.err.trim_end().ends_with("And 12 more."), "{}", ended.err);
    assert_eq!(ended.err.lines().count(), 12);
    assert!(home.library().jobs().unwrap().is_empty());
}

#[test]
fn rows_that_were_done_before_are_told_in_their_places() {
    let home = Home::new();
    let batch = ["batch", "t.csv", "--sandbox"];
    table(&home, &[("Sandbox Ada", "Two.", "b.mp4"), ("Sandbox Ada", "Four.", "d.mp4")]);
    home.done(&batch);
    let rows = ["One.", "Two.", "Three.", "Four."].into_iter().zip(["a.mp4", "b.mp4", "c.mp4", "d.mp4"]);
    let rows: Vec<_> = rows.map(|(line, output)| ("Sandbox Ada", line, output)).collect();
    table(&home, &rows);
    let names: Vec<String> = rows.iter().map(|row| text(&home.path(row.2)).to_owned()).collect();
    let told = home.run(&[&batch[..], &["--json"]].concat());
    let events: Vec<Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = events.iter().filter(|event| event["event"] == "row").collect();
    assert_eq!(told.iter().map(|row| row["file"].as_str().unwrap()).collect::<Vec<_>>(), names);
    let before: Vec<bool> = told.iter().map(|row| row["already"] == true).collect();
    assert_eq!(before, [false, true, false, true]);
    let again = home.done(&batch);
    assert_eq!(again.lines().collect::<Vec<_>>(), names);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
fn a_target_that_can_not_be_had_is_asked_for_once() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let proxy = runtime.block_on(Proxy::before(service.base_url()));
    let home = Home::at(&proxy.base_url());
    let row = format!("Sandbox Ada,Hi,{}/gone.mp4\n", proxy.base_url());
    std::fs::write(home.path("t.csv"), format!("voice,text,target\n{}", row.repeat(3))).unwrap();
    home.refused(1, &["batch", "t.csv", "--yes"], "3 rows can't be carried out");
    assert_eq!(proxy.statuses("GET", "/gone.mp4"), [404]);
}

#[test]
fn an_address_that_is_not_reached_is_said_of_its_row_beside_the_faults_of_others() {
    let home = Home::new();
    let batch = ["batch", "t.csv", "--sandbox"];
    let there = text(&shared().1);
    let write = |targets: &[&str]| {
        let mut rows = vec!["voice,text,target".to_owned()];
        rows.extend(targets.iter().map(|target| format!("Sandbox Ada,Hi,{target}")));
        rows.push(format!("Nobody,Hi,{there}"));
        std::fs::write(home.path("t.csv"), rows.join("\n")).unwrap();
        home.run(&batch)
    };
    let ended = write(&["https://no-such-host.invalid/a.mp4?key=secret"]);
    assert_eq!(ended.code, Some(5), "{}", ended.err);
    let said = "Row 2: https://no-such-host.invalid/a.mp4 could not be reached. Check the address";
    assert!(ended.err.contains(said) && !ended.err.contains("the sandbox"), "{}", ended.err);
    assert!(ended.err.contains("Row 3: There is no voice “Nobody”"), "{}", ended.err);
    let many = ["a", "b", "c", "d"].map(|name| format!("https://{name}.invalid/a.mp4"));
    let ended = write(&many.each_ref().map(String::as_str));
    assert!(ended.code == Some(5) && ended.err.contains("3 rows can't"), "the connection is gone: {}", ended.err);
}
