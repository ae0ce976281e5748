//! The picture of a video at a time, and what is no video.

use super::*;

fn middle(frame: &Frame) -> [u8; 3] {
    let at = ((frame.height / 2 * frame.width + frame.width / 2) * 4) as usize;
    frame.rgba[at..at + 3].try_into().unwrap()
}

#[test]
fn the_picture_is_the_one_shown_at_that_time() {
    let bench = Bench::new();
    let source = "color=red:s=320x180:r=25:d=1[a];color=blue:s=320x180:r=25:d=1[b];[a][b]concat=n=2:v=1";
    let encode = ["-filter_complex", source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
    let path = bench.make("red-blue.mp4", &[&encode]);
    let (red, blue) = (picture(&path, 0.5).unwrap(), picture(&path, 1.5).unwrap());
    assert_eq!((red.width, red.height, red.rgba.len()), (64, 36, 64 * 36 * 4));
    let ([r, _, b], [r2, _, b2]) = (middle(&red), middle(&blue));
    assert!(r > 200 && b < 60 && r2 < 60 && b2 > 200, "{:?} {:?}", middle(&red), middle(&blue));
    for far in [2.0, 1_000.0, f64::INFINITY, f64::NAN, -1.0] {
        let frame = picture(&path, far).unwrap();
        let is_blue = middle(&frame)[2] > 200;
        assert_eq!(is_blue, far.is_finite() && far > 1.0, "{far}");
    }

    let sound = bench.make("sound.wav", &[&TONE]);
    let refused = "sound.wav has no picture, only sound. Choose a video.";
    assert_eq!(picture(&sound, 0.0).unwrap_err().to_string(), refused);
    let refused = "red-blue.mp4 has no sound. Choose another file.";
    assert_eq!(wave(&path).unwrap_err().to_string(), refused);

    let frame = picture(&turn(&path), 0.0).unwrap();
    assert_eq!((frame.width, frame.height), (64, 114), "upright");
}

#[test]
fn a_cover_picture_does_not_make_a_song_a_video() {
    let bench = Bench::new();
    let cover = bench.make("cover.png", &[&["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"]]);
    let song = bench.make(
        "song.mp3",
        &[&TONE, &["-i", cover.to_str().unwrap(), "-map", "0:a", "-map", "1:v", "-disposition:v", "attached_pic"]],
    );
    assert_eq!(song.extension(), Some(OsStr::new("mp3")));
    let told = check(&song, "0:02.0, stereo 48 kHz", "mp3", "audio/mpeg");
    check_without_tools(&song, &told);
}
