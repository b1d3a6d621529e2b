package tally.x402;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/// Solidity's contract ABI, as far as x402 needs it written: words, bytes, tuples, arrays;
/// selectors and topics. Source: the Solidity documentation, "Contract ABI Specification".
public final class Abi {

  private Abi() {}

  /// One argument. A static one is written in place; a dynamic one behind the others, with its
  /// offset in place.
  public sealed interface Value {

    /// 32 bytes: a number, an address, a `bytes32`.
    record Word(Bytes32 bytes) implements Value {}

    /// `bytes`, of any length.
    record Blob(String hex) implements Value {}

    /// A struct, dynamic where any part is.
    record Tuple(List<Value> parts) implements Value {
      public Tuple {
        parts = List.copyOf(parts);
      }
    }

    /// `T[]`, always dynamic.
    record Array(List<Value> items) implements Value {
      public Array {
        items = List.copyOf(items);
      }
    }
  }

  public static Value word(BigInteger number) {
    return new Value.Word(Bytes32.of(TypedData.word(number)));
  }

  public static Value word(long number) {
    return word(BigInteger.valueOf(number));
  }

  public static Value word(Address address) {
    return new Value.Word(Bytes32.of(TypedData.word(address)));
  }

  public static Value word(Bytes32 bytes) {
    return new Value.Word(bytes);
  }

  public static Value blob(byte[] bytes) {
    return new Value.Blob(Hex.of(bytes));
  }

  public static Value tuple(Value... parts) {
    return new Value.Tuple(List.of(parts));
  }

  public static Value array(List<Value> items) {
    return new Value.Array(items);
  }

  /// The struct `ChannelConfig`, seven static words.
  public static Value config(ChannelConfig config) {
    return tuple(
        word(config.payer()),
        word(config.payerAuthorizer()),
        word(config.receiver()),
        word(config.receiverAuthorizer()),
        word(config.token()),
        word(config.withdrawDelay()),
        word(config.salt()));
  }

  /// `abi.encode(values…)`.
  public static byte[] encode(Value... values) {
    return sequence(List.of(values));
  }

  /// The selector of the signature, then its arguments.
  public static byte[] call(String signature, Value... arguments) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(selector(signature));
    out.writeBytes(encode(arguments));
    return out.toByteArray();
  }

  /// The first four bytes of a signature's hash, of a function or an error:
  /// `settle(address,address)`.
  public static byte[] selector(String signature) {
    return Arrays.copyOf(TypedData.hash(signature), 4);
  }

  /// An event's first topic: the whole hash of its signature.
  public static Bytes32 topic(String signature) {
    return Bytes32.of(TypedData.hash(signature));
  }

  private static byte[] sequence(List<Value> values) {
    int head = values.stream().mapToInt(Abi::headSize).sum();
    var heads = new ByteArrayOutputStream();
    var tails = new ByteArrayOutputStream();
    for (var value : values) {
      if (dynamic(value)) {
        heads.writeBytes(TypedData.word(BigInteger.valueOf(head + tails.size())));
        tails.writeBytes(body(value));
      } else {
        heads.writeBytes(body(value));
      }
    }
    heads.writeBytes(tails.toByteArray());
    return heads.toByteArray();
  }

  private static byte[] body(Value value) {
    return switch (value) {
      case Value.Word(var bytes) -> bytes.bytes();
      case Value.Blob(var hex) -> padded(Hex.bytes(hex));
      case Value.Tuple(var parts) -> sequence(parts);
      case Value.Array(var items) -> counted(items.size(), sequence(items));
    };
  }

  private static boolean dynamic(Value value) {
    return switch (value) {
      case Value.Word _ -> false;
      case Value.Blob _, Value.Array _ -> true;
      case Value.Tuple(var parts) -> parts.stream().anyMatch(Abi::dynamic);
    };
  }

  private static int headSize(Value value) {
    return value instanceof Value.Tuple(var parts) && !dynamic(value)
        ? parts.stream().mapToInt(Abi::headSize).sum()
        : 32;
  }

  private static byte[] padded(byte[] bytes) {
    return counted(bytes.length, Arrays.copyOf(bytes, (bytes.length + 31) / 32 * 32));
  }

  private static byte[] counted(int count, byte[] content) {
    var out = new ByteArrayOutputStream(32 + content.length);
    out.writeBytes(TypedData.word(BigInteger.valueOf(count)));
    out.writeBytes(content);
    return out.toByteArray();
  }
}
