package tally.server.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.money.Derived;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;

/// Lets the owner of a new node in: an operator whose password nobody knows, and a link that opens
/// one session, once. Each later start writes a new link into the same file, which only the node's
/// own user can read.
final class FirstStart {

  static final String NAME = "operator";
  private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
  private static final int SECRET_BYTES = 32;
  private final Parties parties;
  private final Path file;
  private final SecureRandom chance;

  FirstStart(Parties parties, Path file, SecureRandom chance) {
    this.parties = parties;
    this.file = file;
    this.chance = chance;
  }

  void run(String base) throws IOException {
    var known = parties.find(Tenant.HOUSE, NAME);
    var operator = known.isPresent() ? known.get() : register();
    var link = base + "/in?token=" + parties.link(operator.id());
    write(link + "\n");
    if (known.isEmpty()) {
      LOG.info("first start: sign in once, within ten minutes, at {}", link);
    } else {
      LOG.info("a new sign-in link is in {}", file);
    }
    LOG.info("ready: private doors at {}", base);
  }

  private Party register() {
    UUID id = Derived.id(Tenant.HOUSE.name() + "/" + NAME);
    var roles = Set.of(Party.Role.PERSON, Party.Role.OPERATOR);
    var party = new Party(new Party.Id(id), Tenant.HOUSE, NAME, roles);
    return switch (parties.register(party, secret())) {
      case Parties.Answer.Registered(var made) -> made;
      // Another node that shares the database was first.
      case Parties.Answer.Refused refused ->
          parties
              .find(Tenant.HOUSE, NAME)
              .orElseThrow(() -> new IllegalStateException(refused.code() + ": " + refused.text()));
    };
  }

  private void write(String text) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private String secret() {
    var bytes = new byte[SECRET_BYTES];
    chance.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
