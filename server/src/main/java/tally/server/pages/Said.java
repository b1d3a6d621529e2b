package tally.server.pages;

/// A refusal in a person's words.
///
/// @param what what happened
/// @param money what it means for the money
/// @param doing what to do
public record Said(String what, String money, String doing) {

  static Said of(Words words, String code) {
    var key = "no." + code;
    return new Said(
        words.find(key).orElseGet(() -> words.say("no.other")),
        words.find(key + ".money").orElseGet(() -> words.say("no.money")),
        words.find(key + ".do").orElseGet(() -> words.say("no.do")));
  }

  /// To an operator at his work, who can mend what a payer can not: his own words where there are
  /// some.
  static Said toOperator(Words words, String code) {
    var others = of(words, code);
    var key = "op.no." + code;
    return new Said(
        words.find(key).orElse(others.what()),
        words.find(key + ".money").orElse(others.money()),
        words.find(key + ".do").orElse(others.doing()));
  }
}
