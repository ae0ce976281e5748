#!/usr/bin/env python3
"""Draws and speaks the two practice videos of the sandbox's example: Lena.mp4 and Sam.mp4.

Nobody is filmed and nobody is recorded: the pictures are drawn below, the speech comes from espeak-ng, and the mouths
follow its loudness. Beside each lies a small still of it. Needs python3, espeak-ng and ffmpeg (with libx264 and aac); run it in this folder to make both anew.
"""

import math
import subprocess
import tempfile
import wave
from pathlib import Path

WIDTH, HEIGHT, FPS = 640, 360, 25

LENA_SAYS = (
    "Hello, I am Lena, and I was drawn for Mouthpiece. Nobody had to sit in front of a camera for this. "
    "My voice is made by a small program, so you may clone it as often as you like. "
    "Choose a part where only one person speaks, in a quiet room, with no music behind it. "
    "A minute of that is plenty, and even this much will do."
)
SAM_SAYS = "This is the clip that gets a new line. I look straight at you, and my face stays in the picture."


class Canvas:
    """RGB pixels, and shapes with soft edges on them."""

    def __init__(self, pixels=None):
        self.pixels = bytearray(pixels or bytes(WIDTH * HEIGHT * 3))

    def fill(self, box, color, distance):
        """Paints where `distance(x, y)`, in pixels, is below 0."""
        left, top, right, bottom = (int(v) for v in (box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2))
        for y in range(max(top, 0), min(bottom, HEIGHT)):
            for x in range(max(left, 0), min(right, WIDTH)):
                cover = 0.5 - distance(x + 0.5, y + 0.5)
                if cover <= 0:
                    continue
                at = (y * WIDTH + x) * 3
                cover = min(cover, 1.0)
                for channel in range(3):
                    old = self.pixels[at + channel]
                    self.pixels[at + channel] = round(old + (color[channel] - old) * cover)

    def ellipse(self, cx, cy, rx, ry, color, above=None, below=None):
        def distance(x, y):
            dx, dy = (x - cx) / rx, (y - cy) / ry
            length = math.hypot(dx, dy)
            slope = math.hypot(dx / rx, dy / ry) / length if length else 1 / min(rx, ry)
            far = (length - 1) / slope if slope else -min(rx, ry)
            if above is not None:
                far = max(far, y - above)
            if below is not None:
                far = max(far, below - y)
            return far

        self.fill((cx - rx, cy - ry, cx + rx, cy + ry), color, distance)

    def block(self, left, top, right, bottom, color, radius=0.0):
        cx, cy = (left + right) / 2, (top + bottom) / 2
        hx, hy = (right - left) / 2 - radius, (bottom - top) / 2 - radius

        def distance(x, y):
            dx, dy = abs(x - cx) - hx, abs(y - cy) - hy
            return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius

        self.fill((left, top, right, bottom), color, distance)

    def shape(self, points, color):
        """A convex outline, clockwise."""
        edges = list(zip(points, points[1:] + points[:1]))

        def distance(x, y):
            far = -1e9
            for (ax, ay), (bx, by) in edges:
                length = math.hypot(bx - ax, by - ay)
                far = max(far, ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length)
            return far

        xs, ys = [p[0] for p in points], [p[1] for p in points]
        self.fill((min(xs), min(ys), max(xs), max(ys)), color, distance)

    def line(self, ax, ay, bx, by, thick, color):
        span = (bx - ax) ** 2 + (by - ay) ** 2

        def distance(x, y):
            t = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / span, 0), 1)
            return math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) - thick / 2

        room = thick / 2
        self.fill((min(ax, bx) - room, min(ay, by) - room, max(ax, bx) + room, max(ay, by) + room), color, distance)

    def wall(self, light, dark, cx, cy, reach):
        """A wall that is lit from one point."""
        for y in range(HEIGHT):
            for x in range(WIDTH):
                far = min(math.hypot(x - cx, y - cy) / reach, 1)
                at = (y * WIDTH + x) * 3
                for channel in range(3):
                    self.pixels[at + channel] = round(light[channel] + (dark[channel] - light[channel]) * far)


def lena_room(c):
    c.wall((116, 146, 142), (70, 96, 98), 150, 90, 640)
    c.block(34, 26, 196, 196, (228, 236, 232), 4)
    for left, top in ((42, 34), (119, 34), (42, 115), (119, 115)):
        c.block(left, top, left + 69, top + 73, (168, 204, 206), 2)
    c.shape([(42, 188), (76, 140), (111, 188)], (126, 168, 160))
    c.shape([(119, 188), (148, 150), (188, 188)], (126, 168, 160))
    for top in (78, 142):
        c.block(470, top, 624, top + 7, (56, 72, 74), 2)
    spines = [(214, 96, 70), (236, 226, 206), (92, 130, 140), (222, 178, 92), (60, 86, 96), (200, 120, 96)]
    for shelf, left in ((78, 486), (142, 520)):
        for index in range(6):
            tall = 26 + (index * 7 + shelf) % 13
            c.block(left + index * 11, shelf - tall, left + index * 11 + 8, shelf, spines[(index + shelf) % 6], 1)
    c.block(560, 288, 618, 352, (190, 98, 70), 6)
    for reach, lean in ((92, -34), (110, -12), (104, 14), (84, 36)):
        c.ellipse(589 + lean, 292 - reach / 2, 11, reach / 2, (64, 116, 88))


def lena_body(c):
    c.ellipse(320, 176, 98, 112, (44, 32, 38))
    c.block(222, 170, 418, 268, (44, 32, 38), 40)
    c.block(288, 232, 352, 310, (204, 146, 118), 18)
    c.ellipse(320, 388, 178, 108, (188, 88, 62))
    c.ellipse(320, 290, 44, 22, (204, 146, 118))
    c.ellipse(320, 184, 74, 88, (226, 170, 140))
    c.ellipse(246, 192, 11, 17, (214, 156, 126))
    c.ellipse(394, 192, 11, 17, (214, 156, 126))
    c.ellipse(296, 104, 84, 42, (44, 32, 38))
    c.ellipse(372, 116, 44, 38, (44, 32, 38))
    c.ellipse(272, 214, 15, 10, (232, 160, 134))
    c.ellipse(368, 214, 15, 10, (232, 160, 134))
    c.line(320, 190, 314, 214, 4, (206, 146, 116))
    c.line(314, 214, 324, 216, 4, (206, 146, 116))


def sam_room(c):
    c.wall((214, 172, 128), (88, 60, 50), 540, 110, 560)
    c.block(64, 56, 176, 186, (54, 38, 34), 3)
    c.block(74, 66, 166, 176, (230, 204, 168))
    c.ellipse(120, 106, 22, 22, (214, 128, 82))
    c.shape([(74, 176), (104, 128), (140, 176)], (150, 106, 82))
    c.shape([(112, 176), (142, 140), (166, 176)], (122, 84, 68))
    c.line(556, 150, 556, 336, 6, (60, 42, 36))
    c.ellipse(556, 342, 36, 9, (60, 42, 36))
    c.shape([(526, 74), (586, 74), (612, 152), (500, 152)], (250, 222, 168))


def sam_body(c):
    c.ellipse(320, 392, 192, 116, (58, 88, 122))
    c.block(286, 236, 354, 312, (150, 100, 74), 18)
    c.shape([(286, 284), (320, 330), (300, 344), (262, 296)], (76, 108, 144))
    c.shape([(354, 284), (378, 296), (340, 344), (320, 330)], (76, 108, 144))
    c.ellipse(320, 178, 76, 92, (176, 122, 92))
    c.ellipse(244, 186, 11, 18, (164, 112, 84))
    c.ellipse(396, 186, 11, 18, (164, 112, 84))
    c.ellipse(320, 214, 77, 66, (42, 30, 28), below=206)
    c.ellipse(320, 206, 60, 30, (176, 122, 92))
    c.ellipse(320, 112, 82, 48, (42, 30, 28), above=128)
    c.ellipse(262, 140, 20, 32, (42, 30, 28))
    c.ellipse(378, 140, 20, 32, (42, 30, 28))
    c.ellipse(320, 158, 60, 42, (176, 122, 92))
    c.line(320, 182, 314, 208, 4, (150, 100, 74))
    c.line(314, 208, 326, 210, 4, (150, 100, 74))
    c.ellipse(320, 222, 34, 8, (42, 30, 28))


def eyes(c, person, closed):
    dark, y = (36, 28, 30), 176
    for x in (290, 350):
        if closed:
            c.line(x - 9, y + 1, x + 9, y + 1, 3, dark)
        else:
            c.ellipse(x, y, 11, 8, (250, 248, 244))
            c.ellipse(x + 1, y, 6, 7, dark)
            c.ellipse(x + 3, y - 3, 2, 2, (250, 248, 244))
        c.line(x - 13, y - 19, x, y - 23, 4, dark)
        c.line(x, y - 23, x + 13, y - 19, 4, dark)
        if person == "sam":
            corners = [(x - 18, y - 12), (x + 18, y - 12), (x + 18, y + 13), (x - 18, y + 13)]
            for one, other in zip(corners, corners[1:] + corners[:1]):
                c.line(*one, *other, 3, dark)
    if person == "sam":
        c.line(308, y - 4, 332, y - 4, 3, dark)


def mouth(c, person, opened):
    """`opened` is 0 to 1."""
    y = 238
    lip = (176, 74, 74) if person == "lena" else (150, 84, 72)
    wide, high = 25 - 5 * opened, 4 + 15 * opened
    if opened < 0.08:
        smile = [(296, y - 5), (304, y), (312, y + 3), (320, y + 4), (328, y + 3), (336, y), (344, y - 5)]
        for one, other in zip(smile, smile[1:]):
            c.line(*one, *other, 5, lip)
    else:
        c.ellipse(320, y, wide, high, lip)
        c.ellipse(320, y, wide - 4, max(high - 4, 1), (66, 22, 28))
        c.ellipse(320, y, wide - 6, max(high - 5, 1), (246, 242, 236), above=y - high * 0.35)
        c.ellipse(320, y + high * 0.55, wide * 0.5, high * 0.35, (206, 104, 104))


def loudness(path, frames):
    """How far the mouth is open in each frame, 0 to 1."""
    with wave.open(str(path)) as sound:
        rate, data = sound.getframerate(), sound.readframes(sound.getnframes())
    samples = memoryview(data).cast("h")
    step, opened, before = rate / FPS, [], 0.0
    for frame in range(frames):
        part = samples[int(frame * step) : int((frame + 1) * step)]
        level = math.sqrt(sum(v * v for v in part) / len(part)) / 9000 if len(part) else 0.0
        before += (min(level, 1.0) - before) * 0.6
        opened.append(before)
    return opened


def film(person, says, voice, out):
    with tempfile.TemporaryDirectory() as folder:
        speech = Path(folder) / "speech.wav"
        subprocess.run(["espeak-ng", *voice, "-w", str(speech), says], check=True)
        with wave.open(str(speech)) as sound:
            secs = sound.getnframes() / sound.getframerate()
        frames = math.ceil(secs * FPS)
        base = Canvas()
        {"lena": lena_room, "sam": sam_room}[person](base)
        {"lena": lena_body, "sam": sam_body}[person](base)
        drawn = {}
        command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-", "-i", str(speech)]
        command += ["-c:v", "libx264", "-preset", "veryslow", "-crf", "27", "-pix_fmt", "yuv420p", "-tune", "animation"]
        command += ["-g", "100", "-c:a", "aac", "-b:a", "56k", "-ac", "1", "-ar", "44100"]
        command += ["-af", "loudnorm=I=-18:TP=-2:LRA=11", "-shortest", "-movflags", "+faststart"]
        command += ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", out]
        encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
        for frame, opened in enumerate(loudness(speech, frames)):
            # Few pictures, drawn once each.
            look = (round(opened * 8), (frame % 88) in (40, 41, 42))
            if look not in drawn:
                picture = Canvas(base.pixels)
                eyes(picture, person, look[1])
                mouth(picture, person, look[0] / 8)
                drawn[look] = bytes(picture.pixels)
            encoder.stdin.write(drawn[look])
        encoder.stdin.close()
        if encoder.wait():
            raise SystemExit("ffmpeg failed")
        still = Canvas(base.pixels)
        eyes(still, person, False)
        mouth(still, person, 0)
        small(still, Path(out).with_suffix(".rgb"))


def small(picture, out):
    """The picture at 320 x 180, as bare RGB: on the first page, and beside the button that opens the example."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    command += ["-i", "-", "-vf", "scale=320:180:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", str(out)]
    subprocess.run(command, input=bytes(picture.pixels), check=True)


if __name__ == "__main__":
    film("lena", LENA_SAYS, ["-v", "en-us+f3", "-p", "55", "-s", "160"], "Lena.mp4")
    film("sam", SAM_SAYS, ["-v", "en-gb", "-p", "35", "-s", "165"], "Sam.mp4")
