package tally.network.evm;

import java.util.function.Function;

/// What came of asking one endpoint.
sealed interface Answer<T> {

  record Said<T>(T value) implements Answer<T> {}

  /// A JSON-RPC error.
  ///
  /// @param data what a contract reverted with, in hexadecimal; empty where nothing was said
  record Refused<T>(String message, String data) implements Answer<T> {}

  /// The request never left.
  record Unreached<T>(String why) implements Answer<T> {}

  /// The request left, and no answer came that can be read.
  record Lost<T>(String why) implements Answer<T> {}

  /// This answer, where it carries no value, as one to another question.
  default <S> Answer<S> then(Function<T, Answer<S>> next) {
    return switch (this) {
      case Said<T>(var value) -> next.apply(value);
      case Refused<T>(var message, var data) -> new Refused<>(message, data);
      case Unreached<T>(var why) -> new Unreached<>(why);
      case Lost<T>(var why) -> new Lost<>(why);
    };
  }

  /// The value as something else; a function that throws found it unreadable.
  default <S> Answer<S> map(Function<T, S> read) {
    return then(value -> {
      try {
        return new Said<>(read.apply(value));
      } catch (RuntimeException unreadable) {
        return new Lost<>("unreadable: " + value);
      }
    });
  }

  /// Why there is no value.
  default String why() {
    return switch (this) {
      case Said<T>(var value) -> String.valueOf(value);
      case Refused<T>(var message, _) -> "refused: " + message;
      case Unreached<T>(var why) -> why;
      case Lost<T>(var why) -> why;
    };
  }
}
