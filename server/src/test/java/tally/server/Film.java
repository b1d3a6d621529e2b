package tally.server;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// What one page shows, as a film of WebM. Chromium makes it with nothing beside it: the frames of
/// its screencast are drawn on a canvas of another page, whose stream it records.
final class Film {

  private static final String DESK =
      """
      () => {
        const canvas = document.body.appendChild(document.createElement('canvas'));
        canvas.width = 1280;
        canvas.height = 900;
        const parts = [];
        const tape = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm;codecs=vp8' });
        tape.ondataavailable = event => parts.push(event.data);
        window.show = frame => {
          const picture = new Image();
          picture.onload = () => canvas.getContext('2d').drawImage(picture, 0, 0, 1280, 900);
          picture.src = 'data:image/jpeg;base64,' + frame;
        };
        window.cut = () => new Promise(done => {
          tape.onstop = () => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(',')[1]);
            reader.readAsDataURL(new Blob(parts));
          };
          tape.stop();
        });
        tape.start(500);
      }
      """;

  private final Page desk;
  private final CDPSession session;
  private final long began = System.nanoTime();

  private Film(Page desk, CDPSession session) {
    this.desk = desk;
    this.session = session;
  }

  static Film of(Page page) {
    var browser = page.context().browser();
    var desk = browser.newPage();
    desk.evaluate(DESK);
    var film = new Film(desk, page.context().newCDPSession(page));
    film.session.on("Page.screencastFrame", film::frame);
    var options = new JsonObject();
    options.addProperty("format", "jpeg");
    options.addProperty("quality", 60);
    options.addProperty("maxWidth", 1280);
    options.addProperty("maxHeight", 900);
    film.session.send("Page.startScreencast", options);
    return film;
  }

  private void frame(JsonObject frame) {
    desk.evaluate("frame => show(frame)", frame.get("data").getAsString());
    var seen = new JsonObject();
    seen.add("sessionId", frame.get("sessionId"));
    session.send("Page.screencastFrameAck", seen);
  }

  /// Ends it, and answers how many seconds it is long.
  long cut(Path file) throws IOException {
    session.send("Page.stopScreencast");
    long seconds = (System.nanoTime() - began) / 1_000_000_000L;
    var bytes = Base64.getDecoder().decode((String) desk.evaluate("() => cut()"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, bytes);
    desk.context().close();
    return seconds;
  }
}
