package tally.network.evm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import tally.network.port.Chain.ChainDisagrees;
import tally.network.port.Chain.ChainUnavailable;

/// The endpoints of one chain, asked side by side. What a node credits by needs a quorum of equal
/// answers; what it sends needs one endpoint that takes it.
final class Endpoints {

  /// An endpoint's own bound holds for each of the two or three questions of an answer.
  private static final Duration GATHER_WITHIN = Endpoint.ANSWER_WITHIN.multipliedBy(3);

  /// How long the others are waited for once one has answered, where one is enough.
  private static final Duration GRACE = Duration.ofMillis(500);

  /// A question to one endpoint.
  interface Question<T> extends Function<ChainEndpoint, Answer<T>> {}

  private final List<ChainEndpoint> endpoints;
  private final int quorum;

  Endpoints(List<ChainEndpoint> endpoints, int quorum) {
    this.endpoints = List.copyOf(endpoints);
    this.quorum = quorum;
  }

  /// These endpoints with less to agree, for the time before all are known.
  Endpoints withQuorum(int other) {
    return new Endpoints(endpoints, other);
  }

  int quorum() {
    return quorum;
  }

  /// The one value that a quorum tells. Throws `ChainUnavailable` where there is none:
  /// `ChainDisagrees` where endpoints tell different things.
  <T> T agreed(String what, Question<T> question) {
    var answers = gather(question, got -> leader(got) != null);
    var leader = leader(answers);
    if (leader != null) {
      return leader;
    }
    var told = said(answers);
    if (told.stream().distinct().count() > 1) {
      throw new ChainDisagrees("disagreement about " + what + ": " + reasons(answers));
    }
    throw new ChainUnavailable(
        told.size() + " of " + quorum + " endpoints tell " + what + ": " + reasons(answers));
  }

  /// What up to a quorum of endpoints tells, at least one, whether alike or not. Throws
  /// `ChainUnavailable` where none does.
  <T> List<T> some(String what, Question<T> question) {
    var answers = soon(question, got -> said(got).size() >= quorum);
    var told = said(answers);
    if (told.isEmpty()) {
      throw new ChainUnavailable("no endpoint tells " + what + ": " + reasons(answers));
    }
    return told;
  }

  /// Asks all, and waits until enough is known or every answer is in.
  <T> List<Answer<T>> gather(Question<T> question, Predicate<List<Answer<T>>> enough) {
    return gather(question, enough, GATHER_WITHIN);
  }

  /// Asks all, and waits only a moment more once one has answered something.
  <T> List<Answer<T>> soon(Question<T> question, Predicate<List<Answer<T>>> enough) {
    return gather(question, enough, GRACE);
  }

  private <T> List<Answer<T>> gather(
      Question<T> question, Predicate<List<Answer<T>>> enough, Duration grace) {
    var incoming = new LinkedBlockingQueue<Answer<T>>(endpoints.size());
    for (var endpoint : endpoints) {
      Thread.ofVirtual()
          .name("ask " + endpoint.name())
          .start(() -> put(incoming, endpoint, question));
    }
    var answers = new ArrayList<Answer<T>>(endpoints.size());
    long until = System.nanoTime() + GATHER_WITHIN.toNanos();
    while (answers.size() < endpoints.size() && !enough.test(answers)) {
      var answer = next(incoming, until - System.nanoTime());
      if (answer == null) {
        break;
      }
      if (answer instanceof Answer.Said || answer instanceof Answer.Refused) {
        until = Math.min(until, System.nanoTime() + grace.toNanos());
      }
      answers.add(answer);
    }
    return answers;
  }

  private static <T> void put(
      LinkedBlockingQueue<Answer<T>> incoming, ChainEndpoint endpoint, Question<T> question) {
    Answer<T> answer = new Answer.Lost<>(endpoint.name() + " could not be asked");
    try {
      answer = question.apply(endpoint);
    } finally {
      incoming.add(answer);
    }
  }

  private static <T> @org.jspecify.annotations.Nullable Answer<T> next(
      LinkedBlockingQueue<Answer<T>> incoming, long nanos) {
    try {
      return incoming.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChainUnavailable("interrupted while the chain was asked", e);
    }
  }

  private <T> @org.jspecify.annotations.Nullable T leader(List<Answer<T>> answers) {
    var told = said(answers);
    for (var value : told) {
      if (told.stream().filter(other -> Objects.equals(other, value)).count() >= quorum) {
        return value;
      }
    }
    return null;
  }

  static <T> List<T> said(List<Answer<T>> answers) {
    var told = new ArrayList<T>();
    for (var answer : answers) {
      if (answer instanceof Answer.Said<T>(var value)) {
        told.add(value);
      }
    }
    return told;
  }

  private static <T> String reasons(List<Answer<T>> answers) {
    return String.join(" | ", answers.stream().map(Endpoints::reason).toList());
  }

  private static <T> String reason(Answer<T> answer) {
    var text = answer.why();
    return text.length() <= 160 ? text : text.substring(0, 160);
  }
}
