package tally;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/// The written form of states: records by their component names, sealed types by `"is":
/// "SimpleName"`. The words are ours, so renaming a record is a migration.
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new Sealed())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Json() {}

  /// Writes a value as the given type; for a state, the sealed interface.
  public static <T> String write(Class<T> type, T value) {
    return MAPPER.writerFor(type).writeValueAsString(value);
  }

  public static <T> T read(Class<T> type, String json) {
    return MAPPER.readValue(json, type);
  }

  private static final class Sealed extends JacksonAnnotationIntrospector {
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
      var found = new ArrayList<NamedType>();
      collect(annotated.getRawType(), found);
      return found;
    }

    private static void collect(Class<?> type, List<NamedType> into) {
      for (var permitted : type.getPermittedSubclasses()) {
        if (permitted.isSealed()) {
          collect(permitted, into);
        } else {
          into.add(new NamedType(permitted, permitted.getSimpleName()));
        }
      }
    }
  }
}
