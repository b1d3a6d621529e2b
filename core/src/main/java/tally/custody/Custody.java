package tally.custody;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.Json;
import tally.custody.Signing.Refused;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Curve;
import tally.x402.Signature;

/// The keeper of keys. It makes them, never shows them, and signs only what it encoded itself and
/// its policy allows.
///
/// Every wish is logged, granted or not, in the transaction that is open, before the signature is
/// handed out.
public final class Custody {

  private static final int PAGE = 1000;

  /// What is wrapped with this opens in every node's vault.
  private static final byte[] PROBE = "tally vault".getBytes(UTF_8);

  private final Store store;
  private final Envelope envelope;
  private final KeyVault vault;
  private final Encodings encodings;
  private final Curve curve;
  private final SecureRandom random;
  private final InstantSource clock;

  public Custody(
      Store store,
      KeyVault vault,
      Encodings encodings,
      Curve curve,
      SecureRandom random,
      InstantSource clock) {
    this.store = store;
    this.envelope = new Envelope(vault);
    this.vault = vault;
    this.encodings = encodings;
    this.curve = curve;
    this.random = random;
    this.clock = clock;
  }

  /// Whether the key of this address is kept here, whoever's it is.
  public boolean keeps(String network, Address address) {
    return store.has(network, address);
  }

  /// The key's address; the key is made at the first asking.
  public Address address(KeyRef key) {
    return store.inTransaction(() -> store.find(key).orElseGet(() -> make(key)).address());
  }

  /// Signs what the holder says. Refusals: see `Signing.Refused`.
  public Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
    var encoding = encodings.find(key.network());
    if (encoding.isEmpty()) {
      return unknown(key);
    }
    return store.inTransaction(() -> {
      var wish = wish(key, statement, approval, Optional.empty());
      var refused = refuse(wish);
      if (refused.isPresent()) {
        return refused.get();
      }
      return new Signing.SignedStatement(put(wish, encoding.get().digest(statement)));
    });
  }

  /// Signs a transaction. A proof that was fresh when a nonce was first signed also covers that
  /// call's fee bumps.
  public Signing sign(
      KeyRef key, Intent.Call call, BigInteger nonce, Encoding.Fee fee, Approval approval) {
    var encoding = encodings.find(key.network());
    if (encoding.isEmpty()) {
      return unknown(key);
    }
    return store.inTransaction(() -> {
      var wish = wish(key, call, approval, Optional.of(nonce));
      var refused = refuse(wish);
      if (refused.isPresent()) {
        return refused.get();
      }
      var unsigned = encoding.get().encode(call, wish.kept().address(), nonce, fee);
      return new Signing.SignedCall(
          encoding.get().assemble(unsigned, put(wish, unsigned.digest())));
    });
  }

  /// Wraps keys that another key-encryption key wrapped with the current one; answers how many.
  /// Addresses stay.
  public int rewrap(int most) {
    var current = vault.current();
    return store.inTransaction(() -> {
      var found = store.wrappedOtherwise(current, most);
      found.forEach(kept -> store.rewrap(kept.key(), envelope.rewrap(kept.key(), kept.sealed())));
      return found.size();
    });
  }

  /// Throws `KeyVault.Locked` where keys are stored that this node's vault does not open, or
  /// another vault was here first: a node with a wrong vault must not start.
  public void checkVault() {
    store
        .sample()
        .ifPresent(kept -> Arrays.fill(envelope.open(kept.key(), kept.sealed()), (byte) 0));
    vault.unwrap(store.firstWrapped(vault.wrap(new byte[0], PROBE)), PROBE);
  }

  /// The number of the first line of this key's log that does not fit; one above the last line
  /// where its tail was cut off. Empty where all fits.
  public Optional<Long> firstBroken(KeyRef key) {
    return store.inTransaction(() -> store.find(key).flatMap(_ -> broken(store.lock(key))));
  }

  private Optional<Long> broken(Kept kept) {
    var head = Bytes32.ZERO;
    long number = 0;
    while (true) {
      var page = store.log(kept.key(), number, PAGE);
      for (var line : page) {
        number++;
        if (line.line().number() != number
            || !line.line().previous().equals(head)
            || !line.line().hash().equals(line.hash())) {
          return Optional.of(number);
        }
        head = line.hash();
      }
      if (page.size() < PAGE) {
        return number == kept.lines() && head.equals(kept.head())
            ? Optional.empty()
            : Optional.of(number + 1);
      }
    }
  }

  /// Two nodes may make the same key at once: the first row stays, and both read it.
  private Kept make(KeyRef key) {
    var secret = fresh();
    try {
      var sealed = envelope.seal(key, secret);
      store.add(new Kept(key, curve.address(secret), sealed, 0, Bytes32.ZERO));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
    return store
        .find(key)
        .orElseThrow(() -> new IllegalStateException("a key was added and is not there"));
  }

  private byte[] fresh() {
    var secret = new byte[32];
    for (int attempt = 0; attempt < 16; attempt++) {
      random.nextBytes(secret);
      try {
        curve.address(secret);
        return secret;
      } catch (IllegalArgumentException outOfRange) {
        // Happens about once in 2^128 draws; sixteen in a row mean that chance is broken.
        continue;
      }
    }
    throw new IllegalStateException("chance draws no key");
  }

  private record Wish(
      Kept kept,
      Optional<BigInteger> nonce,
      Intent intent,
      String written,
      Approval approval,
      String word) {}

  private Wish wish(KeyRef key, Intent intent, Approval approval, Optional<BigInteger> nonce) {
    if (store.find(key).isEmpty()) {
      make(key);
    }
    var written = Json.write(Intent.class, intent);
    return new Wish(
        store.lock(key), nonce, intent, written, approval, Json.write(Approval.class, approval));
  }

  private Optional<Refused> refuse(Wish wish) {
    var refused = Policy.judge(wish.kept().key(), wish.intent(), wish.approval(), clock.instant());
    if (refused.isEmpty()
        || refused.get().code().equals("approval_expired") && signedBefore(wish)) {
      return Optional.empty();
    }
    log(wish, refused.get().code(), Optional.empty());
    return refused;
  }

  private boolean signedBefore(Wish wish) {
    return wish.nonce()
        .filter(nonce -> store.signedBefore(wish.kept().key(), nonce, wish.written(), wish.word()))
        .isPresent();
  }

  private Signature put(Wish wish, Bytes32 digest) {
    log(wish, Logged.SIGNED, Optional.of(digest));
    var secret = envelope.open(wish.kept().key(), wish.kept().sealed());
    try {
      return curve.sign(digest.bytes(), secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private void log(Wish wish, String outcome, Optional<Bytes32> digest) {
    var kept = wish.kept();
    var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    store.append(
        new Logged(
            kept.key(),
            kept.lines() + 1,
            wish.nonce(),
            wish.written(),
            wish.word(),
            outcome,
            digest,
            at,
            kept.head()));
  }

  private static Refused unknown(KeyRef key) {
    return new Refused(
        "network_unknown", "This node does not reach the network " + key.network() + ".");
  }

  /// Says nothing of keys.
  @Override
  public String toString() {
    return "Custody" + encodings.byNetwork().keySet();
  }

  /// A secret under its data key, and that under the vault's.
  ///
  /// @param keyset the wrapped data key
  /// @param kek which key-encryption key wrapped it
  /// @param version of this form of sealing
  public record Sealed(byte[] keyset, byte[] secret, String kek, int version) {}

  /// A key as it is stored.
  ///
  /// @param lines how many lines its log has
  /// @param head the hash of the last of them; zero where there is none
  public record Kept(KeyRef key, Address address, Sealed sealed, long lines, Bytes32 head) {}

  /// A line as it is stored.
  ///
  /// @param hash as it was written with the line
  public record Line(Logged line, Bytes32 hash) {}

  /// Where keys and their logs are kept.
  public interface Store {

    /// Joins the open transaction, else opens one.
    <T> T inTransaction(Supplier<T> work);

    Optional<Kept> find(KeyRef key);

    boolean has(String network, Address address);

    /// Reads and locks until the transaction ends.
    Kept lock(KeyRef key);

    /// Adds it unless the key is there, whoever made it.
    void add(Kept kept);

    /// Writes a line and moves the key's head.
    void append(Logged line);

    boolean signedBefore(KeyRef key, BigInteger nonce, String intent, String approval);

    /// Locked, skipping what others lock.
    List<Kept> wrappedOtherwise(String kek, int most);

    void rewrap(KeyRef key, Sealed sealed);

    /// Any one key.
    Optional<Kept> sample();

    /// Keeps it unless there is one; answers the one that was first.
    byte[] firstWrapped(byte[] wrapped);

    /// Lines after `number`, in order.
    List<Line> log(KeyRef key, long number, int most);
  }
}
