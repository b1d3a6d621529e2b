package tally.network.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;

/// Static values that a contract answered, 32 bytes each. Strict: throws `IllegalArgumentException`
/// for a value that its type does not hold, and for more or fewer than were asked for.
final class Words {

  private static final int SIZE = 32;
  private final byte[] bytes;

  private Words(byte[] bytes) {
    this.bytes = bytes;
  }

  static Words of(String hex, int count) {
    return of(Hex.bytes(hex), count);
  }

  private static Words of(byte[] bytes, int count) {
    if (bytes.length != count * SIZE) {
      throw new IllegalArgumentException(
          "wanted " + count + " words, these are " + bytes.length + " bytes");
    }
    return new Words(bytes);
  }

  /// `bytes[]`, as `multicall` answers it: one piece for each call, each of so many words.
  static List<Words> pieces(String hex, List<Integer> counts) {
    var whole = new Words(Hex.bytes(hex));
    int list = whole.offset(0, 0);
    if (whole.offset(list, 0) != counts.size()) {
      throw new IllegalArgumentException("not " + counts.size() + " pieces");
    }
    var pieces = new ArrayList<Words>(counts.size());
    for (int i = 0; i < counts.size(); i++) {
      int piece = list + SIZE + whole.offset(list + SIZE, i);
      int length = whole.offset(piece, 0);
      int from = piece + SIZE;
      if (length > whole.bytes.length - from) {
        throw new IllegalArgumentException("a piece beyond the end");
      }
      pieces.add(of(Arrays.copyOfRange(whole.bytes, from, from + length), counts.get(i)));
    }
    return pieces;
  }

  BigInteger number(int index, int bits) {
    var number = new BigInteger(1, word(index * SIZE));
    if (number.bitLength() > bits) {
      throw new IllegalArgumentException("not a uint" + bits + ": " + number);
    }
    return number;
  }

  BigInteger units(int index) {
    return number(index, 128);
  }

  long seconds(int index) {
    return number(index, 40).longValueExact();
  }

  Instant time(int index) {
    return Instant.ofEpochSecond(seconds(index));
  }

  boolean flag(int index) {
    return number(index, 1).signum() == 1;
  }

  Address address(int index) {
    number(index, 160);
    return Address.of(Arrays.copyOfRange(word(index * SIZE), 12, SIZE));
  }

  Bytes32 bytes(int index) {
    return Bytes32.of(word(index * SIZE));
  }

  /// A place or a length within these bytes, from the word so many after another place.
  private int offset(int from, int index) {
    int offset = new BigInteger(1, word(from + index * SIZE)).intValueExact();
    if (offset > bytes.length) {
      throw new IllegalArgumentException("beyond the end: " + offset);
    }
    return offset;
  }

  private byte[] word(int from) {
    if (from + SIZE > bytes.length) {
      throw new IllegalArgumentException("no word at " + from);
    }
    return Arrays.copyOfRange(bytes, from, from + SIZE);
  }
}
