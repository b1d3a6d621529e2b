package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tally.custody.Approval;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;

/// How people come in, by the API and by the pages alike. Every try counts against its address, and
/// is refused with `sign_in_locked` where there were too many.
@Component
public final class Entrances {

  private final Parties parties;
  private final Tries tries;

  Entrances(Parties parties, Tries tries) {
    this.parties = parties;
    this.tries = tries;
  }

  /// Makes a person's account. Refuses as `Parties.register` does.
  public Party register(HttpServletRequest request, UUID id, String name, String password) {
    tries.count(request.getRemoteAddr());
    var party = new Party(new Party.Id(id), Tenant.HOUSE, name, Set.of(Party.Role.PERSON));
    return switch (parties.register(party, password)) {
      case Parties.Answer.Registered(var made) -> made;
      case Parties.Answer.Refused refused -> throw new Refused(refused);
    };
  }

  /// Opens a session. Refuses as `Parties.signIn` does.
  public Parties.Entrance.Open signIn(HttpServletRequest request, String name, String password) {
    tries.count(request.getRemoteAddr());
    return open(parties.signIn(Tenant.HOUSE, name, password));
  }

  /// Opens the one session of a one-time link. Refuses with `link_used`.
  public Parties.Entrance.Open follow(HttpServletRequest request, String token) {
    tries.count(request.getRemoteAddr());
    return open(parties.follow(token));
  }

  /// The proof, made anew, that it is he who asks for just this. Refuses with `step_up_required`,
  /// and leaves `about` undone.
  public Approval.StepUp prove(
      HttpServletRequest request, Party party, UUID about, @Nullable String password) {
    if (password == null) {
      throw new Refused("step_up_required", "Send your password with this request.");
    }
    tries.count(request.getRemoteAddr());
    return switch (parties.prove(party, password)) {
      case Parties.Proof.Proven(var at) ->
          new Approval.StepUp(party.id().value(), about, "password", at);
      case Parties.Proof.Refused refused -> throw new Refused(refused);
    };
  }

  private static Parties.Entrance.Open open(Parties.Entrance entrance) {
    return switch (entrance) {
      case Parties.Entrance.Open open -> open;
      case Parties.Entrance.Refused refused -> throw new Refused(refused);
    };
  }
}
