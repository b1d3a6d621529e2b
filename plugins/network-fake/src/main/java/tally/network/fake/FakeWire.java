package tally.network.fake;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

/// The chain's words as JSON, one way to write each: records by their components in one order,
/// `"is"` before them where a type has several forms, numbers of the chain as decimal text, bytes
/// as `0x` and lower-case digits, times in ISO 8601.
final class FakeWire {

  private static final int DIGITS_MAX = 78;
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new Forms())
          .addModule(words())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private FakeWire() {}

  static <T> byte[] write(Class<T> type, T value) {
    return MAPPER.writerFor(type).writeValueAsBytes(value);
  }

  static <T> T read(Class<T> type, byte[] json) {
    return MAPPER.readValue(json, type);
  }

  static <T> JsonNode node(Class<T> type, T value) {
    return MAPPER.readTree(write(type, value));
  }

  static <T> T read(Class<T> type, JsonNode node) {
    return MAPPER.treeToValue(node, type);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// A whole number of at most 256 bits, never negative.
  static BigInteger number(String decimal) {
    if (decimal.length() > DIGITS_MAX) {
      throw new IllegalArgumentException("a number has at most " + DIGITS_MAX + " digits");
    }
    var number = new BigInteger(decimal);
    if (number.signum() < 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException("not a uint256: " + decimal);
    }
    return number;
  }

  private static SimpleModule words() {
    var module = new SimpleModule();
    word(module, BigInteger.class, FakeWire::number);
    word(module, Address.class, Address::new);
    word(module, Bytes32.class, Bytes32::new);
    word(module, Signature.class, Signature::new);
    word(module, ChannelId.class, ChannelId::of);
    return module;
  }

  private static <T> void word(SimpleModule module, Class<T> type, Function<String, T> read) {
    module.addSerializer(type, new ToStringSerializer(type));
    module.addDeserializer(type, new Word<>(type, read));
  }

  private static final class Word<T> extends StdScalarDeserializer<T> {
    private final Function<String, T> read;

    Word(Class<T> type, Function<String, T> read) {
      super(type);
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      return read.apply(parser.getString());
    }
  }

  /// Sealed types are told apart by their records' simple names.
  private static final class Forms extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated annotated) {
      if (annotated instanceof AnnotatedClass && annotated.getRawType().isSealed()) {
        return JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "is", null, false, true);
      }
      return super.findPolymorphicTypeInfo(config, annotated);
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
      if (!annotated.getRawType().isSealed()) {
        return super.findSubtypes(config, annotated);
      }
      var forms = new ArrayList<NamedType>();
      for (var form : annotated.getRawType().getPermittedSubclasses()) {
        forms.add(new NamedType(form, form.getSimpleName()));
      }
      return forms;
    }
  }
}
