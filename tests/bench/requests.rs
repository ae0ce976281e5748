//! What a request takes through our client: `cargo bench --bench requests`, with plain reqwest as the measure.
//!
//! Both ask the same sandbox (the real program in a process of its own) for its voices, in turns, each over a
//! connection that stays open, and read the same answer into the same voices.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "there is no window here")]

mod kit;
#[path = "../common/served.rs"]
mod served;

use std::time::Instant;

use kit::{Row, percentile, time};
use mouthpiece::api::{Client, Config, Voice};
use served::{KEY, Pace, Served};

const ROUNDS: usize = 3_000;
/// The first ones open the connections and are not counted.
const WARM: usize = 200;

fn main() {
    println!("{}", Row::header());
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), Pace::Instant);
    // As many threads as the program has.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (ours, plain, voices) = runtime.block_on(turns(&served));
    for part in [50, 99] {
        let (ours, plain) = (percentile(&ours, part), percentile(&plain, part));
        let row = Row::new(&format!("a request, p{part}"), time(ours));
        let row = row.against(format!("plain reqwest {}", time(plain)), ours / plain);
        row.note(format!("{voices} voices over a connection that is open")).tell();
    }
}

/// Seconds of each request, ours and plain, and how many voices were read.
async fn turns(served: &Served) -> (Vec<f64>, Vec<f64>, usize) {
    let config = Config { service: "The sandbox".into(), base: served.base.clone(), key: KEY.to_owned().into() };
    let client = Client::new(config).unwrap();
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = served.base.join("v2/voices").unwrap();
    let (mut our_times, mut plain_times, mut count) = (Vec::new(), Vec::new(), 0);
    for round in 0..WARM + ROUNDS {
        let began = Instant::now();
        let ours = client.voices().await.unwrap();
        let our_time = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let answer = plain.get(url.clone()).header("x-api-key", KEY).send().await.unwrap();
        let theirs: Vec<Voice> = answer.error_for_status().unwrap().json().await.unwrap();
        let plain_time = began.elapsed().as_secs_f64();
        assert_eq!(ours.len(), theirs.len());
        count = ours.len();
        if round >= WARM {
            our_times.push(our_time);
            plain_times.push(plain_time);
        }
    }
    (our_times, plain_times, count)
}
