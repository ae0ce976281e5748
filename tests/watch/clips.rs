//! Clips that tell what they are: each picture carries its number, or flashes when there is a beep.

use std::path::{Path, PathBuf};

use crate::common::media::run;

/// Bits of a picture's number, as bars from left to right, the lowest first.
pub const BITS: u32 = 8;

fn filtered(path: &Path, picture: &str, sound: &str, more: &[&str]) {
    let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound];
    arguments.extend(["-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "40"]);
    arguments.extend(["-pix_fmt", "yuv420p"]);
    arguments.extend(more);
    arguments.push(path.to_str().unwrap());
    run("ffmpeg", &arguments);
}

/// A clip of `secs` seconds whose pictures carry their numbers, with a tone.
pub fn numbered(dir: &Path, name: &str, rate: &str, secs: f64) -> PathBuf {
    let path = dir.join(name);
    let bars = r"lum='if(mod(floor(N/pow(2\,floor(X/40)))\,2)\,235\,16)':cb=128:cr=128";
    let picture = format!("color=black:s=320x240:r={rate}:d={secs},geq={bars}");
    let sound = format!("sine=frequency=220:sample_rate=48000:duration={secs}");
    filtered(&path, &picture, &sound, &["-c:a", "aac"]);
    path
}

/// A clip with a white flash of three pictures and a beep at each `period`th picture but the first.
pub fn flashing(dir: &Path, name: &str, rate: &str, period: u32, secs: u32, codec: &str) -> PathBuf {
    let path = dir.join(name);
    let flash = format!(r"lum='if(gte(N\,{period})*lt(mod(N\,{period})\,3)\,235\,16)':cb=128:cr=128");
    let picture = format!("color=black:s=64x36:r={rate}:d={secs},geq={flash}");
    let every = format!("({period}/({rate}))");
    let beep = format!(r"if(gte(t\,{every})*lt(mod(t\,{every})\,0.06)\,0.8*sin(2*PI*1000*t)\,0)");
    let sound = format!("aevalsrc='{beep}':s=48000:d={secs}");
    filtered(&path, &picture, &sound, &["-c:a", codec]);
    path
}

/// The number a picture carries, from one of its rows.
pub fn number(width: u32, height: u32, rgba: &[u8]) -> u64 {
    let row = usize::try_from(height / 2 * width * 4).unwrap();
    let is_white = |bit: u32| {
        let x = usize::try_from((2 * bit + 1) * width / (2 * BITS)).unwrap();
        rgba[row + x * 4 + 1] > 128
    };
    (0..BITS).filter(|bit| is_white(*bit)).map(|bit| 1 << bit).sum()
}
