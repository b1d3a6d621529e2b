package tally.server.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tally.server.internal.Refused;

/// The files that pages need beside themselves, read once. An address holds a hash of its content,
/// so a browser may keep it for ever.
@PageDoor
public final class Shelf {

  private static final MediaType STYLE = MediaType.parseMediaType("text/css; charset=utf-8");
  private static final MediaType SCRIPT =
      MediaType.parseMediaType("text/javascript; charset=utf-8");
  private static final MediaType PICTURE = MediaType.parseMediaType("image/svg+xml");

  private record File(byte[] bytes, MediaType type, String hash) {}

  private final Map<String, File> files = new LinkedHashMap<>();

  Shelf() {
    keep("tally.css", STYLE, "pages/tally.css");
    keep("page.js", SCRIPT, "pages/page.js");
    keep("chart.js", SCRIPT, "pages/chart.js");
    keep("uplot.js", SCRIPT, "pages/vendor/uplot/uPlot.iife.min.js");
    keep("uplot.css", STYLE, "pages/vendor/uplot/uPlot.min.css");
    keep("htmx.js", SCRIPT, "META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js");
    keep("icons.svg", PICTURE, "pages/icons.svg");
    keep("mark.svg", PICTURE, "pages/mark.svg");
  }

  private void keep(String name, MediaType type, String place) {
    try {
      var bytes = new ClassPathResource(place).getContentAsByteArray();
      var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      files.put(name, new File(bytes, type, HexFormat.of().formatHex(hash, 0, 6)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  String address(String name) {
    return "/assets/" + name + "?v=" + file(name).hash();
  }

  @GetMapping("/assets/{name}")
  ResponseEntity<byte[]> get(@PathVariable String name) {
    var file = file(name);
    return ResponseEntity.ok()
        .contentType(file.type())
        .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable())
        .body(file.bytes());
  }

  private File file(String name) {
    var file = files.get(name);
    if (file == null) {
      throw Refused.notFound();
    }
    return file;
  }
}
