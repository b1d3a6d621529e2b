package tally.server.pages;

import static org.springframework.http.HttpHeaders.SET_COOKIE;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tally.party.Look;
import tally.party.Looks;
import tally.party.Parties;
import tally.party.Party;
import tally.server.internal.Entrances;
import tally.server.internal.Forms;
import tally.server.internal.PartyDoor;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Sessions;

/// In and out: one-time links, name and password, new accounts; and how pages look.
@PageDoor
public class EntrancePages {

  /// Where a person may be sent after he signed in: a page of ours.
  private static final Pattern OURS = Pattern.compile("/|/[a-z][a-z0-9/-]{0,99}");

  /// @param fresh whether an account is to be made
  /// @param id the account's id, made by us so that pressing twice makes one
  /// @param no why the last try was refused
  public record Door(
      Frame frame, boolean fresh, UUID id, String name, String to, @Nullable Said no) {}

  private final Pages pages;
  private final Entrances entrances;
  private final Parties parties;
  private final Looks looks;

  EntrancePages(Pages pages, Entrances entrances, Parties parties, Looks looks) {
    this.looks = looks;
    this.pages = pages;
    this.entrances = entrances;
    this.parties = parties;
  }

  /// Follows a one-time link.
  @GetMapping("/in")
  ResponseEntity<String> follow(@RequestParam String token, HttpServletRequest request) {
    return enter(entrances.follow(request, token), "/");
  }

  @GetMapping("/sign-in")
  ResponseEntity<String> signIn(
      @RequestParam(defaultValue = "/") String to,
      @AuthenticationPrincipal @Nullable Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    return party == null
        ? door(HttpStatus.OK, request, response, false, UUID.randomUUID(), "", to, null)
        : Pages.to(ours(to));
  }

  @PostMapping("/sign-in")
  ResponseEntity<String> signIn(
      @RequestParam String name,
      @RequestParam String password,
      @RequestParam(defaultValue = "/") String to,
      HttpServletRequest request,
      HttpServletResponse response) {
    Forms.need(request);
    try {
      return enter(entrances.signIn(request, name.strip(), password), ours(to));
    } catch (Refused refused) {
      return again(request, response, false, UUID.randomUUID(), name, to, refused);
    }
  }

  @GetMapping("/register")
  ResponseEntity<String> register(
      @RequestParam(defaultValue = "/") String to,
      HttpServletRequest request,
      HttpServletResponse response) {
    return door(HttpStatus.OK, request, response, true, UUID.randomUUID(), "", to, null);
  }

  @PostMapping("/register")
  ResponseEntity<String> register(
      @RequestParam UUID id,
      @RequestParam String name,
      @RequestParam String password,
      @RequestParam(defaultValue = "/") String to,
      HttpServletRequest request,
      HttpServletResponse response) {
    Forms.need(request);
    try {
      entrances.register(request, id, name.strip(), password);
      return enter(entrances.signIn(request, name.strip(), password), ours(to));
    } catch (Refused refused) {
      return again(request, response, true, id, name, to, refused);
    }
  }

  @PostMapping("/sign-out")
  ResponseEntity<String> signOut(HttpServletRequest request) {
    Sessions.token(request).ifPresent(parties::signOut);
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .header(SET_COOKIE, PartyDoor.noCookie())
        .header(HttpHeaders.LOCATION, "/")
        .build();
  }

  /// The language and the light of the pages, kept by the account of whoever has one, and by the
  /// browser.
  @PostMapping("/look")
  ResponseEntity<String> look(
      @RequestParam(required = false) @Nullable String language,
      @RequestParam(required = false) @Nullable String theme,
      @RequestParam(defaultValue = "/") String to,
      @AuthenticationPrincipal @Nullable Party party,
      HttpServletRequest request) {
    Forms.need(request);
    var wish = new Look(wish(Look.Language.values(), language), wish(Look.Theme.values(), theme));
    if (party != null) {
      looks.wish(party.id(), wish);
    }
    var answer = ResponseEntity.status(HttpStatus.SEE_OTHER).header(HttpHeaders.LOCATION, ours(to));
    wish.language()
        .ifPresent(it -> answer.header(SET_COOKIE, Pages.look(Pages.LANGUAGE, word(it))));
    wish.theme().ifPresent(it -> answer.header(SET_COOKIE, Pages.look(Pages.THEME, word(it))));
    return answer.build();
  }

  private static <T extends Enum<T>> Optional<T> wish(T[] known, @Nullable String word) {
    return Arrays.stream(known).filter(one -> word(one).equals(word)).findFirst();
  }

  private static String word(Enum<?> wish) {
    return wish.name().toLowerCase(Locale.ROOT);
  }

  private static ResponseEntity<String> enter(Parties.Entrance.Open open, String to) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .header(SET_COOKIE, PartyDoor.cookie(open.token()))
        .header(HttpHeaders.LOCATION, to)
        .cacheControl(CacheControl.noStore())
        .build();
  }

  private ResponseEntity<String> again(
      HttpServletRequest request,
      HttpServletResponse response,
      boolean fresh,
      UUID id,
      String name,
      String to,
      Refused refused) {
    var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
    return door(status, request, response, fresh, id, name, to, refused);
  }

  private ResponseEntity<String> door(
      HttpStatus status,
      HttpServletRequest request,
      HttpServletResponse response,
      boolean fresh,
      UUID id,
      String name,
      String to,
      @Nullable Refused refused) {
    var frame = pages.frame(request, response, null, "");
    var no = refused == null ? null : Said.of(frame.words(), refused.code());
    return pages.show(status, "door", new Door(frame, fresh, id, name, ours(to), no));
  }

  private static String ours(String to) {
    return OURS.matcher(to).matches() ? to : "/";
  }
}
