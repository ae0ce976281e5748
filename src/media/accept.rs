//! What the service makes of a file, told before anything is sent: what it refuses, what it changes, what it takes
//! only on a larger plan. Pure rules over the facts of a file; section 13 of the API contract is where they are from.

use crate::media::probe::{AudioStream, Probe, VideoStream};

/// What a file is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A voice is cloned from its sound.
    Sample,
    /// The video that gets a new voice.
    Target,
    /// The sound that a video gets.
    Voice,
}

/// How much a finding weighs. The heaviest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The service surely turns it down; nothing should be uploaded.
    Refused,
    /// It may be turned down, or come out worse.
    Warning,
    /// Good to know.
    Note,
}

/// One thing to know about a file before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    /// What it is, why it matters, what to do.
    pub words: String,
}

/// Everything there is to say about a file for this use, the heaviest first; empty when all is well.
pub fn findings(file: &Probe, purpose: Purpose) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |weight, words: Option<String>| found.extend(words.map(|words| Finding { weight, words }));
    say(Weight::Refused, missing(file, purpose).map(str::to_owned));
    // Of a video that is to be heard only a sound made here is sent.
    let is_taken_out = purpose == Purpose::Voice && file.video.is_some();
    say(Weight::Refused, too_many_bytes(file.size_bytes).filter(|_| !is_taken_out));
    if let (Purpose::Target, Some(video)) = (purpose, &file.video) {
        say(Weight::Refused, too_large(video));
        say(Weight::Warning, uneven(video));
        say(Weight::Note, hdr(video));
        say(Weight::Note, alpha(video));
        say(Weight::Note, stretched(video));
        say(Weight::Note, small(video));
    }
    say(Weight::Warning, unlisted(file, purpose).filter(|_| !is_taken_out));
    if let Some(audio) = file.audio.as_ref().filter(|_| purpose != Purpose::Target) {
        say(Weight::Warning, crowded(audio).filter(|_| !is_taken_out));
        say(Weight::Note, several(file.audio_streams));
    }
    if purpose != Purpose::Sample {
        let (weight, words) = plan(file.duration_secs, purpose);
        say(weight, words);
    }
    found.sort_by_key(|finding| finding.weight);
    found
}

/// Why the service surely turns the file down, if it does.
pub fn refusal(file: &Probe, purpose: Purpose) -> Option<String> {
    findings(file, purpose).into_iter().find(|finding| finding.weight == Weight::Refused).map(|finding| finding.words)
}

/// Largest picture the service takes: long side, short side.
const LARGEST: (u32, u32) = (4096, 2160);
/// A face should be this tall; a picture that is not can't hold one.
const SMALL: u32 = 480;
/// Largest file the service takes.
const MOST_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// More channels than 7.1 has.
const MOST_CHANNELS: u16 = 8;
/// Clips of the published plans, in seconds.
const PLANS: [(f64, &str, &str); 5] = [
    (20.0, "Free", "20 seconds"),
    (60.0, "Hobbyist", "1 minute"),
    (300.0, "Creator", "5 minutes"),
    (600.0, "Growth", "10 minutes"),
    (1800.0, "Scale", "30 minutes"),
];

fn missing(file: &Probe, purpose: Purpose) -> Option<&'static str> {
    match (purpose, &file.video, &file.audio) {
        (Purpose::Target, None, _) => Some("This file has no picture, only sound. Choose a video."),
        (Purpose::Sample | Purpose::Voice, Some(_), None) => Some("This video has no sound. Choose another file."),
        (Purpose::Sample | Purpose::Voice, None, None) => Some("This file has no sound. Choose another file."),
        _ => None,
    }
}

fn too_many_bytes(bytes: u64) -> Option<String> {
    // Rounded up: "5.0 GB is too large, the most is 5 GB" would puzzle.
    let tenths = bytes.div_ceil(MOST_BYTES / 50);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let words = format!("{whole}.{tenth} GiB is more than the 5 GiB the service takes. Export a shorter part.");
    (bytes > MOST_BYTES).then_some(words)
}

fn too_large(video: &VideoStream) -> Option<String> {
    let (width, height) = (video.width, video.height);
    let is_too_large = width.max(height) > LARGEST.0 || width.min(height) > LARGEST.1;
    let words =
        format!("{width} × {height} is larger than the 4096 × 2160 the service takes. Export it in 4K or 1080p.");
    is_too_large.then_some(words)
}

fn uneven(video: &VideoStream) -> Option<String> {
    let words = "The frame rate varies and will be made constant, so lips may drift. Export at 24, 25 or 30 fps to be \
                 safe.";
    video.is_variable_rate.then(|| words.to_owned())
}

fn hdr(video: &VideoStream) -> Option<String> {
    let words = "This is HDR and comes back as SDR, with 8 bits per colour. Grade it to SDR first to choose the look.";
    video.hdr.map(|_| words.to_owned())
}

fn alpha(video: &VideoStream) -> Option<String> {
    let words = "Transparency is lost, the result is opaque. Put the background in first, or key it afterwards.";
    video.has_alpha.then(|| words.to_owned())
}

fn stretched(video: &VideoStream) -> Option<String> {
    let words = "Its pixels are not square, so the result may look squeezed. Export it with square pixels.";
    video.pixel_aspect.map(|_| words.to_owned())
}

fn small(video: &VideoStream) -> Option<String> {
    let (width, height) = (video.width, video.height);
    let words = format!("{width} × {height} is small: lips come out best when the face is 480 pixels tall or more.");
    (width.min(height) < SMALL).then_some(words)
}

fn unlisted(file: &Probe, purpose: Purpose) -> Option<String> {
    let container = file.container.as_str();
    let is_video = file.video.is_some();
    let (listed, limited): (&[&str], &[&str]) = if is_video {
        (&["mp4", "m4a", "mov", "webm", "avi"], &[])
    } else {
        (&["wav", "mp3", "ogg", "flac", "mp4", "m4a"], &["aac", "wmv"])
    };
    if listed.contains(&container) {
        return None;
    }
    let kind = if container == "wmv" && !is_video { "WMA".to_owned() } else { container.to_uppercase() };
    if limited.contains(&container) {
        return Some(format!("{kind} is only partly supported by the service. Export a WAV or MP3 to be safe."));
    }
    let safe = match purpose {
        Purpose::Target => "Export an MP4 or MOV to be safe.",
        Purpose::Sample | Purpose::Voice => "Export a WAV or MP3 to be safe.",
    };
    Some(format!("{kind} is not among the formats the service names, so it may be refused. {safe}"))
}

fn crowded(audio: &AudioStream) -> Option<String> {
    let words = format!("It has {} channels, the service takes up to 8. Mix it down to stereo.", audio.channels);
    (audio.channels > MOST_CHANNELS).then_some(words)
}

fn several(streams: u16) -> Option<String> {
    let words =
        format!("It has {streams} sound tracks, and only the first is used. Export the right one if it is not.");
    (streams > 1).then_some(words)
}

/// The plan is not known here: the smallest published one that takes this length is named.
fn plan(secs: Option<f64>, purpose: Purpose) -> (Weight, Option<String>) {
    let Some(secs) = secs else {
        let what = if purpose == Purpose::Target { "video" } else { "sound" };
        return (Weight::Warning, Some(format!("The length of the {what} is not known, so no price can be told.")));
    };
    if secs <= PLANS[0].0 {
        return (Weight::Note, None);
    }
    if let Some((_, plan, most)) = PLANS.iter().find(|(most, ..)| secs <= *most) {
        let words = format!("This length needs the {plan} plan or a larger one: {plan} takes clips up to {most}.");
        return (Weight::Note, Some(words));
    }
    let words = "Clips over 30 minutes are more than the published plans take, so it may be refused. Use a shorter \
                 part.";
    (Weight::Warning, Some(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe::{Hdr, Kind};

    fn video() -> VideoStream {
        VideoStream { width: 1920, height: 1080, fps: Some(25.0), codec: "h264".into(), ..VideoStream::default() }
    }

    fn sound() -> AudioStream {
        AudioStream { codec: "aac".into(), channels: 2, sample_rate: 48_000, ..AudioStream::default() }
    }

    fn target(video: VideoStream) -> Probe {
        Probe {
            kind: Kind::Video,
            duration_secs: Some(8.0),
            size_bytes: 1_000_000,
            container: "mp4".into(),
            content_type: "video/mp4".into(),
            video: Some(video),
            audio: Some(sound()),
            audio_streams: 1,
            modified_ns: None,
        }
    }

    fn voice(container: &str) -> Probe {
        Probe { kind: Kind::Audio, container: container.into(), video: None, ..target(video()) }
    }

    /// The weight and the first words of the only finding.
    #[track_caller]
    fn only(file: &Probe, purpose: Purpose) -> (Weight, String) {
        let mut found = findings(file, purpose);
        assert_eq!(found.len(), 1, "{found:?}");
        found.pop().map(|finding| (finding.weight, finding.words)).unwrap()
    }

    #[test]
    fn ordinary_files_pass_in_silence() {
        for purpose in [Purpose::Sample, Purpose::Target] {
            assert_eq!(findings(&target(video()), purpose), []);
        }
        for container in ["wav", "mp3", "ogg", "flac", "m4a", "mp4"] {
            for purpose in [Purpose::Sample, Purpose::Voice] {
                assert_eq!(findings(&voice(container), purpose), [], "{container}");
            }
        }
        let upright = VideoStream { width: 2160, height: 4096, ..video() };
        assert_eq!(findings(&target(upright), Purpose::Target), []);
    }

    #[test]
    fn what_is_surely_refused_is_told_with_the_way_out() {
        let large = |width, height| target(VideoStream { width, height, ..video() });
        let huge = Probe { size_bytes: MOST_BYTES + 1, ..target(video()) };
        let mute = Probe { audio: None, audio_streams: 0, ..target(video()) };
        let table = [
            (large(4097, 2160), Purpose::Target, "4097 × 2160 is larger"),
            (large(3000, 3000), Purpose::Target, "3000 × 3000 is larger"),
            (huge.clone(), Purpose::Target, "5.1 GiB is more than the 5 GiB"),
            (huge, Purpose::Sample, "5.1 GiB is more than the 5 GiB"),
            (voice("wav"), Purpose::Target, "This file has no picture"),
            (mute.clone(), Purpose::Sample, "This video has no sound"),
            (mute.clone(), Purpose::Voice, "This video has no sound"),
        ];
        for (file, purpose, start) in table {
            let words = refusal(&file, purpose).unwrap();
            assert!(words.starts_with(start), "{words}");
            assert_eq!(only(&file, purpose), (Weight::Refused, words));
        }
        assert_eq!(refusal(&mute, Purpose::Target), None, "a target may be silent");
        let exact = Probe { size_bytes: MOST_BYTES, ..target(video()) };
        assert_eq!(findings(&exact, Purpose::Target), []);
        assert_eq!(refusal(&large(8000, 8000), Purpose::Sample), None, "only its sound is used");
    }

    #[test]
    fn what_changes_on_the_way_is_told() {
        let table = [
            (VideoStream { is_variable_rate: true, ..video() }, Weight::Warning, "The frame rate varies"),
            (VideoStream { hdr: Some(Hdr::Hlg), ..video() }, Weight::Note, "This is HDR"),
            (VideoStream { has_alpha: true, ..video() }, Weight::Note, "Transparency is lost"),
            (VideoStream { pixel_aspect: Some(4.0 / 3.0), ..video() }, Weight::Note, "Its pixels are not square"),
            (VideoStream { width: 640, height: 360, ..video() }, Weight::Note, "640 × 360 is small"),
        ];
        for (video, weight, start) in table {
            let (told, words) = only(&target(video.clone()), Purpose::Target);
            assert!(told == weight && words.starts_with(start), "{words}");
            assert_eq!(findings(&target(video), Purpose::Sample), [], "its sound is not touched");
        }
        let both = VideoStream { has_alpha: true, width: 8000, ..video() };
        let weights: Vec<_> = findings(&target(both), Purpose::Target).iter().map(|found| found.weight).collect();
        assert_eq!(weights, [Weight::Refused, Weight::Note], "the heaviest comes first");
    }

    #[test]
    fn formats_that_are_not_named_may_be_refused() {
        for container in ["mkv", "flv", "ts", "mpg", "wmv", "ogg"] {
            let file = Probe { container: container.into(), ..target(video()) };
            let (weight, words) = only(&file, Purpose::Target);
            assert!(weight == Weight::Warning && words.ends_with("Export an MP4 or MOV to be safe."), "{words}");
        }
        for (container, start) in
            [("aac", "AAC is only partly"), ("wmv", "WMA is only partly"), ("aiff", "AIFF is not")]
        {
            let (weight, words) = only(&voice(container), Purpose::Voice);
            assert!(weight == Weight::Warning && words.starts_with(start), "{words}");
        }
        let many = AudioStream { channels: 10, ..sound() };
        let odd = Probe { container: "mkv".into(), size_bytes: MOST_BYTES + 1, ..target(video()) };
        let odd = Probe { audio: Some(many.clone()), ..odd };
        assert_eq!(findings(&odd, Purpose::Voice), [], "only its sound is sent");
        let (_, words) = only(&Probe { audio: Some(many), ..voice("wav") }, Purpose::Sample);
        assert!(words.starts_with("It has 10 channels"), "{words}");
        let (_, words) = only(&Probe { audio_streams: 3, ..target(video()) }, Purpose::Sample);
        assert!(words.starts_with("It has 3 sound tracks"), "{words}");
    }

    #[test]
    fn the_smallest_plan_that_takes_the_length_is_named() {
        let of = |secs| only(&Probe { duration_secs: secs, ..target(video()) }, Purpose::Target);
        for (secs, plan) in
            [(20.1, "Hobbyist"), (60.0, "Hobbyist"), (61.0, "Creator"), (300.5, "Growth"), (1800.0, "Scale")]
        {
            let (weight, words) = of(Some(secs));
            assert!(weight == Weight::Note && words.contains(&format!("needs the {plan} plan")), "{secs}: {words}");
        }
        assert_eq!(of(Some(1800.1)).0, Weight::Warning);
        assert_eq!(of(None).0, Weight::Warning);
        let long = Probe { duration_secs: Some(4000.0), ..target(video()) };
        assert_eq!(findings(&long, Purpose::Sample), [], "only a part of it is used");
    }
}
