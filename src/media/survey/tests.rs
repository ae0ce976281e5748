//! Each sort of sound is told from the others, on material made on the spot. The numbers are printed, so that the
//! thresholds can be judged: `cargo test survey -- --nocapture`.

use super::material::*;
use super::*;

/// The share of a survey that is of a sort.
fn share(survey: &Survey, sort: Sort) -> f64 {
    let secs: f64 = survey.stretches.iter().filter(|it| it.sort == sort).map(|it| it.part.secs()).sum();
    secs / survey.duration_secs
}

fn print(name: &str, survey: &Survey) {
    let whole = survey.measure(Part::new(0.0, survey.duration_secs));
    let shares = [Sort::Speech, Sort::Mixed, Sort::Music, Sort::Silence, Sort::Loud];
    let shares = shares.map(|sort| format!("{sort:?} {:.2}", share(survey, sort))).join(", ");
    println!("{name:22} {shares}; {whole:?}");
}

#[test]
fn each_sort_of_sound_is_told_from_the_others() {
    let talk = speech("en-us", 20.0);
    let table: Vec<(&str, Vec<f32>, Sort)> = vec![
        ("a low voice", speech("en-us+m7", 20.0), Sort::Speech),
        ("a high voice", speech("en-us+f3", 20.0), Sort::Speech),
        ("another language", speech("de", 20.0), Sort::Speech),
        ("a quiet voice", louder(&talk, 0.1), Sort::Speech),
        ("a voice in a room", mix(&talk, &white(20.0, 0.01)), Sort::Speech),
        ("a voice with hum", mix(&talk, &hum(20.0, 50.0, -45.0)), Sort::Speech),
        ("a voice in a storm", mix(&talk, &white(20.0, 0.1)), Sort::Mixed),
        ("a voice over chords", mix(&talk, &louder(&chords(20.0), 0.3)), Sort::Mixed),
        ("chords", chords(20.0), Sort::Music),
        ("quiet chords", louder(&chords(20.0), 0.05), Sort::Music),
        ("plucked notes", plucked(20.0), Sort::Music),
        ("drums and bass", beat(20.0), Sort::Music),
        ("noise", white(20.0, 0.05), Sort::Mixed),
        ("applause", applause(20.0, 0.3), Sort::Loud),
        ("applause far away", applause(20.0, 0.02), Sort::Mixed),
        ("nothing", made(20.0, |_| 0.0), Sort::Silence),
        ("next to nothing", white(20.0, 0.0005), Sort::Silence),
        ("cut off", louder(&talk, 12.0), Sort::Loud),
    ];
    for (name, samples, sort) in table {
        let survey = heard(&samples);
        print(name, &survey);
        assert!(share(&survey, sort) > 0.75, "{name} is {:?}", survey.stretches);
        assert!((survey.duration_secs - 20.0).abs() < 0.001);
    }
}

#[test]
fn stretches_follow_each_other_without_gaps_and_change_where_the_sound_does() {
    let mut all = speech("en-us", 20.0);
    all.extend(made(5.0, |_| 0.0));
    all.extend(chords(15.0));
    all.extend(applause(10.0, 0.4));
    let survey = heard(&all);
    print("a show", &survey);
    let firsts: Vec<Sort> = survey.stretches.iter().map(|it| it.sort).collect();
    assert_eq!(firsts, [Sort::Speech, Sort::Silence, Sort::Music, Sort::Loud], "{:?}", survey.stretches);
    let mut end = 0.0;
    for (stretch, wished) in survey.stretches.iter().zip([20.0, 25.0, 40.0, 50.0]) {
        assert!((stretch.part.from_secs - end).abs() < 1e-9);
        assert!((stretch.part.to_secs - wished).abs() < 1.2, "{:?}", survey.stretches);
        end = stretch.part.to_secs;
    }
    assert!((end - survey.duration_secs).abs() < 1e-9);
}

#[test]
fn the_best_part_is_the_clear_speech_and_begins_and_ends_in_pauses() {
    let mut all = chords(40.0);
    all.extend(speech("en-us", 75.0));
    all.extend(mix(&speech("en-us", 60.0), &white(60.0, 0.1)));
    let survey = heard(&all);
    let best = survey.best_part().unwrap();
    println!("best {best:?}");
    assert!(best.from_secs > 37.0 && best.to_secs < 118.0 && best.secs() > 60.0, "{best:?}");
    assert_eq!(survey.best_part(), Some(best));
    let measures = survey.measure(best);
    assert!(measures.speech_share > 0.9 && measures.music_share < 0.05, "{measures:?}");

    let long = heard(&speech("en-gb", 200.0));
    let best = long.best_part().unwrap();
    assert!(best.secs() <= 120.0 + 1e-9 && best.secs() > 112.0, "{best:?}");
    for end in [best.from_secs, best.to_secs].into_iter().filter(|end| *end > 0.0) {
        let (_, frames) = long.frames(Part::new(end - 0.05, end + 0.05));
        let quiet = frames.iter().flat_map(Frame::levels).fold(0.0, f64::min);
        assert!(quiet < -50.0, "{end} is in a word, at {quiet} dB");
    }
}

#[test]
fn little_and_nothing_have_their_best_part_too() {
    assert_eq!(heard(&[]).best_part(), None);
    assert_eq!(heard(&made(60.0, |_| 0.0)).best_part(), None);
    let short = heard(&speech("en-us", 12.0)).best_part().unwrap();
    assert!((short.secs() - 12.0).abs() < 0.001);
    assert!(heard(&chords(50.0)).best_part().unwrap().secs() >= 30.0);
    let nothing = heard(&[]).measure(Part::new(0.0, 5.0));
    assert_eq!((nothing.length_secs, nothing.level_db, nothing.hum_hz), (0.0, None, None));
}

#[test]
fn hum_is_named_by_its_frequency_and_never_found_in_noise_or_notes() {
    let talk = speech("en-us", 30.0);
    let whole = Part::new(0.0, 30.0);
    for hertz in [50_u16, 60] {
        for db in [-40.0, -55.0] {
            let found = heard(&mix(&talk, &hum(30.0, f32::from(hertz), db))).measure(whole);
            println!("hum {hertz} at {db}: {found:?}");
            assert_eq!(found.hum_hz, Some(hertz), "at {db} dB");
        }
    }
    let room = mix(&mix(&talk, &white(30.0, 0.01)), &hum(30.0, 50.0, -40.0));
    assert_eq!(heard(&room).measure(whole).hum_hz, Some(50));
    let none = [talk.clone(), mix(&talk, &white(30.0, 0.02)), beat(30.0), white(30.0, 0.1), speech("en-us+m7", 30.0)];
    for samples in none {
        assert_eq!(heard(&samples).measure(whole).hum_hz, None);
    }
}

#[test]
fn level_noise_and_clipping_are_what_they_were_made_as() {
    let talk = speech("en-us", 30.0);
    let whole = Part::new(0.0, 30.0);
    let plain = heard(&talk).measure(whole);
    let half = heard(&louder(&talk, 0.5)).measure(whole);
    let (one, other) = (plain.level_db.unwrap(), half.level_db.unwrap());
    assert!((one - other - 6.02).abs() < 0.3, "{one} and {other}");
    // Even noise of amplitude a has the level 20 lg a − 4.8 dB.
    let noisy = heard(&mix(&talk, &white(30.0, 0.01))).measure(whole);
    assert!((noisy.noise_db + 44.8).abs() < 1.5, "{}", noisy.noise_db);
    assert!(plain.noise_db < -70.0 && plain.clipped_share == 0.0);
    let clipped = heard(&louder(&talk, 12.0)).measure(whole);
    assert!(clipped.clipped_share > 0.1, "{clipped:?}");
    let mut one_peak = louder(&talk, 0.5);
    one_peak[50_000] = 1.0;
    assert!(heard(&one_peak).measure(whole).clipped_share < 1e-9);
}

#[test]
fn two_voices_far_apart_are_noticed_and_one_is_not_taken_for_two() {
    let (low, high) = (speech("en-us+m7", 10.0), speech("en-us+f4", 10.0));
    let turns: Vec<f32> = (0..3).flat_map(|_| [low.clone(), high.clone()]).flatten().collect();
    assert!(heard(&turns).measure(Part::new(0.0, 60.0)).maybe_two_speakers);
    for voice in ["en-us", "en-us+m7", "en-us+f4", "en-gb-scotland+m1", "en-029+f3", "de"] {
        let one = heard(&speech(voice, 60.0));
        assert!(!one.measure(Part::new(0.0, 60.0)).maybe_two_speakers, "{voice}");
    }
}

#[test]
fn odd_samples_and_odd_shapes_end_in_numbers() {
    for (rate, channels) in [(8_000, 1), (11_025, 2), (44_100, 6), (192_000, 2), (767_999, 1), (1_000, 1), (0, 0)] {
        let mut ear = frame::Ear::new(rate, channels);
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e-40, 0.5];
        let samples: Vec<f32> = odd.into_iter().cycle().take(usize::try_from(rate).unwrap().max(600)).collect();
        samples.chunks(600).for_each(|chunk| ear.hear(chunk));
        let (frames, secs) = ear.finish();
        let survey = Survey::of(frames, secs);
        let measures = survey.measure(Part::new(0.0, secs + 5.0));
        assert!(measures.noise_db.is_finite() && measures.level_db.is_none_or(f64::is_finite), "{rate}: {measures:?}");
        assert!((measures.length_secs - secs).abs() < 1e-9);
        survey.best_part();
    }
}

#[test]
fn a_survey_can_be_written_down_and_a_broken_one_is_refused() {
    let survey = heard(&speech("en-us", 12.0));
    let text = serde_json::to_string(&survey).unwrap();
    assert_eq!(serde_json::from_str::<Survey>(&text).unwrap(), survey);
    assert!(text.len() < 12 * 10 * 28 + 2_000, "{}", text.len());
    for broken in [text.replace("\"frames\":\"", "\"frames\":\"g"), text.replace("\"frames\":\"", "\"frames\":\"0")] {
        assert!(serde_json::from_str::<Survey>(&broken).is_err());
    }
}
