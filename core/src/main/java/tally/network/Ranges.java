package tally.network;

import java.util.Optional;

/// Confirmed blocks that a room still has to read, noted in the database transaction in which they
/// were told (`NetworkListener.Fact.Confirmed`) and read outside of any.
public interface Ranges {

  /// Blocks of one network, both ends included.
  ///
  /// @param reader the room that reads them, such as `treasury`
  record Range(String reader, String network, long from, long to) {}

  /// A range that begins where another did keeps the longer end.
  void add(Range range);

  /// The oldest.
  Optional<Range> next(String reader, String network);

  /// Takes the part up to `read` out of a range; false where another node was faster. In the
  /// database transaction that stores what was read, so that it is stored once.
  boolean take(Range range, long read);
}
