//! Pictures of the page in both themes and at the smallest size.

use egui_kittest::SnapshotResults;

use crate::common::Bench;
use crate::filled;

#[test]
fn pictures_of_the_page() {
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [
        ("voices", "dark", wide),
        ("voices-light", "light", wide),
        ("voices-small", "dark", small),
        ("voices-small-light", "light", small),
    ] {
        let mut bench = filled::app(theme, size);
        if size == wide {
            bench.wait_part("Opens the flow.");
        }
        bench.harness.remove_cursor();
        bench.frames(8);
        results.add(bench.harness.try_snapshot(name));
    }
}

#[test]
fn pictures_of_what_is_not_there() {
    let wide = egui::vec2(1280.0, 800.0);
    let mut results = SnapshotResults::new();
    let mut bench = filled::app("dark", wide);
    bench.fill("Search voices", "baritone");
    bench.harness.remove_cursor();
    bench.frames(8);
    results.add(bench.harness.try_snapshot("voices-none"));
}

/// Keeps a preview as if it had been heard before: a tone that swells, as a WAV.
fn keep_preview(bench: &Bench, voice: &str) {
    let folder = bench.dir.path().join("cache").join("previews");
    std::fs::create_dir_all(&folder).unwrap();
    let name = blake3::hash(format!("{voice}\nhttps://a.invalid/{voice}.mp3").as_bytes());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut sound = hound::WavWriter::new(&mut file, spec).unwrap();
    (0..67_200_i32).for_each(|at| {
        let level = 2_000 + at % 8_000 * 2;
        let sample = if at % 40 < 20 { level } else { -level };
        sound.write_sample(i16::try_from(sample).unwrap()).unwrap();
    });
    sound.finalize().unwrap();
    let bytes = file.into_inner();
    std::fs::write(folder.join(name.to_hex().as_str()), [&blake3::hash(&bytes).as_bytes()[..], &bytes].concat())
        .unwrap();
}

/// A preview that was heard and stands at its beginning.
#[test]
fn pictures_with_the_player() {
    let mut results = SnapshotResults::new();
    for (name, theme) in [("voices-player", "dark"), ("voices-player-light", "light")] {
        let mut bench = filled::app(theme, egui::vec2(1280.0, 800.0));
        bench.wait_part("Opens the flow.");
        keep_preview(&bench, filled::MARA);
        bench.click("Hear this voice");
        bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
        bench.click("Pause");
        bench.click("To the start");
        bench.until("it stands at its beginning", |bench| {
            bench.session().player.now().is_some_and(|now| !now.is_playing && now.position_secs == 0.0)
        });
        bench.harness.remove_cursor();
        bench.frames(20);
        let mut picture = bench.harness.render().unwrap();
        // What it says of this computer's sound device.
        let ground = *picture.get_pixel(1270, 748);
        for (x, y) in (188..345).flat_map(|x| (772..792).map(move |y| (x, y))) {
            picture.put_pixel(x, y, ground);
        }
        results.add(egui_kittest::try_image_snapshot(&picture, name));
    }
}
