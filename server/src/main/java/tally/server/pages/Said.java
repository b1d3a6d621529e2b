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
}
