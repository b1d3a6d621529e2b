package tally.ledger.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tally.Json;
import tally.money.Tenant;

/// Heads of the book outside the database: one line of JSON each, signed with Ed25519 (RFC 8032),
/// only ever added to.
///
/// Whoever cuts the newest entries off the database would have to cut this file too, and whoever
/// rewrites this file needs the key beside it; keep a copy of both elsewhere. The folder belongs to
/// one node.
public final class HeadFile {

  static final String NAME = "ledger-heads.jsonl";
  static final String KEY_NAME = "ledger-heads.key";

  private final Path file;
  private final KeyPair key;
  private final Map<Lane, Long> written = new HashMap<>();

  /// Opens the file in a folder; makes folder and key where there is none.
  public HeadFile(Path folder) {
    this.file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      this.key = key(folder.resolve(KEY_NAME));
      mend();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    read().newest().forEach((lane, head) -> written.put(lane, head.seq()));
  }

  record Lane(Tenant tenant, int number) {}

  /// The newest entry of a lane at some time.
  record Head(Tenant tenant, int lane, long seq, byte[] hash, Instant sealed) {
    Lane of() {
      return new Lane(tenant, lane);
    }
  }

  /// @param newest the furthest head of every lane
  /// @param faults lines that are not heads, and newest heads that this node's key did not sign
  record Contents(Map<Lane, Head> newest, List<String> faults) {}

  /// @param lane absent in lines from when a tenant had one lane, which is lane 0
  /// @param hash in hexadecimal
  /// @param signature in Base64
  record Line(
      String tenant,
      @Nullable Integer lane,
      long seq,
      String hash,
      Instant sealed,
      String signature) {
    Lane of() {
      return new Lane(new Tenant(tenant), lane == null ? 0 : lane);
    }
  }

  /// Adds those heads that are further than what the file has; answers how many. On the disk when
  /// this returns.
  synchronized int append(List<Head> heads) {
    var further = heads.stream().filter(h -> h.seq() > written.getOrDefault(h.of(), 0L)).toList();
    if (further.isEmpty()) {
      return 0;
    }
    var text = new StringBuilder();
    further.forEach(head -> text.append(Json.write(Line.class, sign(head))).append('\n'));
    try (var out = new RandomAccessFile(file.toFile(), "rwd")) {
      out.seek(out.length());
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    further.forEach(head -> written.put(head.of(), head.seq()));
    return further.size();
  }

  /// Reads the file from the start, as whoever had it in hand left it.
  Contents read() {
    var newest = new HashMap<Lane, Line>();
    var faults = new ArrayList<String>();
    if (Files.exists(file)) {
      try (var lines = Files.lines(file)) {
        lines.forEach(text -> note(text, newest, faults));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    var heads = new HashMap<Lane, Head>();
    for (var line : newest.values()) {
      if (!signed(line)) {
        faults.add(
            "the exported head of "
                + line.tenant()
                + " at "
                + line.seq()
                + " is not signed by this node");
      }
      var hash = HexFormat.of().parseHex(line.hash());
      var lane = line.of();
      heads.put(lane, new Head(lane.tenant(), lane.number(), line.seq(), hash, line.sealed()));
    }
    return new Contents(heads, faults);
  }

  private static void note(String text, Map<Lane, Line> newest, List<String> faults) {
    try {
      var line = Json.read(Line.class, text);
      HexFormat.of().parseHex(line.hash());
      newest.merge(line.of(), line, (a, b) -> a.seq() > b.seq() ? a : b);
    } catch (RuntimeException e) {
      if (faults.size() < Faults.MOST) {
        faults.add("a line of the exported heads cannot be read: " + e.getMessage());
      }
    }
  }

  /// Drops a line that a crash left unfinished.
  private void mend() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (var out = new RandomAccessFile(file.toFile(), "rwd")) {
      long end = out.length();
      while (end > 0) {
        out.seek(end - 1);
        if (out.read() == '\n') {
          break;
        }
        end--;
      }
      out.setLength(end);
    }
  }

  private Line sign(Head head) {
    var hash = HexFormat.of().formatHex(head.hash());
    var line = new Line(head.tenant().name(), head.lane(), head.seq(), hash, head.sealed(), "");
    try {
      var signer = Signature.getInstance("Ed25519");
      signer.initSign(key.getPrivate());
      signer.update(message(line));
      var signature = Base64.getEncoder().encodeToString(signer.sign());
      return new Line(
          line.tenant(), line.lane(), line.seq(), line.hash(), line.sealed(), signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  private boolean signed(Line line) {
    try {
      var verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key.getPublic());
      verifier.update(message(line));
      return verifier.verify(Base64.getDecoder().decode(line.signature()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] message(Line line) {
    var place =
        line.lane() == null
            ? "tally head 1\n" + line.tenant()
            : "tally head 2\n" + line.tenant() + "\n" + line.lane();
    return (place + "\n" + line.seq() + "\n" + line.hash() + "\n" + line.sealed())
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Two lines of Base64: the private key (PKCS #8) and the public one (X.509). Only the owner may
  /// read it.
  private static KeyPair key(Path path) throws IOException {
    try {
      if (!Files.exists(path)) {
        var made = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var encoder = Base64.getEncoder();
        keep(
            path,
            encoder.encodeToString(made.getPrivate().getEncoded())
                + "\n"
                + encoder.encodeToString(made.getPublic().getEncoded())
                + "\n");
      }
      var lines = Files.readAllLines(path);
      if (lines.size() != 2) {
        throw new IllegalStateException("not a key of two lines: " + path);
      }
      var decoder = Base64.getDecoder();
      var keys = KeyFactory.getInstance("Ed25519");
      return new KeyPair(
          keys.generatePublic(new X509EncodedKeySpec(decoder.decode(lines.get(1)))),
          keys.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(0)))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("not an Ed25519 key: " + path, e);
    }
  }

  private static void keep(Path path, String text) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    var ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    var draft = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(draft, ownerOnly);
    Files.writeString(draft, text);
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }
}
