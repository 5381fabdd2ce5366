import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.util.*;
import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.*;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;

/**
 * Writes messages with Kafka's own classes, for golden.tsv: java -cp "KAFKA_HOME/libs/*" Golden.java CLASS... > golden.tsv
 * One line each: name, version, variant, bytes in hex, the same message as Kafka's JSON.
 * Variant "filled": every field of the version has a value of its own, lists have two elements. "sparse": what may be null is, lists have one element, the rest its default.
 */
public class Golden {
    static int counter;
    static boolean filled;

    public static void main(String[] names) throws Exception {
        for (String name : names) {
            Class<?> type = Class.forName(name);
            Schema[] schemas = (Schema[]) type.getField("SCHEMAS").get(null);
            for (short version = 0; version < schemas.length; version++) {
                for (boolean full : new boolean[] {true, false}) {
                    if (schemas[version] != null) {
                        filled = full;
                        counter = 0;
                        print(type, schemas[version], version);
                    }
                }
            }
        }
    }

    static void print(Class<?> type, Schema schema, short version) throws Exception {
        Message message = (Message) fill(type, schema);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        Class<?> converter = Class.forName(type.getName() + "JsonConverter");
        JsonNode json = (JsonNode) converter.getMethod("write", type, short.class).invoke(null, message, version);
        System.out.println(String.join("\t", type.getSimpleName().replaceAll("Data$", ""), "" + version, filled ? "filled" : "sparse",
            HexFormat.of().formatHex(buffer.array()), json.toString()));
    }

    /** An instance with values in the fields that the schema has. */
    static Object fill(Class<?> type, Schema schema) throws Exception {
        Object instance = type.getDeclaredConstructor().newInstance();
        Map<String, Field> fields = new HashMap<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.put(snake(field.getName()), field);
            }
        }
        for (BoundField bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tagged) {
                for (var one : taggedFields(tagged).values()) {
                    set(instance, fields.get(one.name), one.type);
                }
            } else {
                set(instance, fields.get(bound.def.name), bound.def.type);
            }
        }
        return instance;
    }

    static void set(Object instance, Field field, org.apache.kafka.common.protocol.types.Type type) throws Exception {
        if (!filled && type.isNullable()) {
            if (!field.getType().isPrimitive()) {
                field.set(instance, null);
            }
        } else if (type.isArray()) {
            Class<?> element = element(field);
            Collection<Object> list = field.getType() == List.class ? new ArrayList<>() : collection(field.getType());
            for (int i = 0; i < (filled ? 2 : 1); i++) {
                list.add(type.arrayElementType().get() instanceof Schema schema ? fill(element, schema) : value(element));
            }
            field.set(instance, list);
        } else if (type instanceof Schema schema) {
            field.set(instance, fill(field.getType(), schema));
        } else if (filled || isRecords(field.getType())) {
            field.set(instance, type.toString().equals("UINT16") ? ++counter : value(field.getType()));
        }
    }

    /** Their package is another one since Kafka 4. */
    static boolean isRecords(Class<?> type) {
        return type.getSimpleName().equals("BaseRecords");
    }

    static Object records(Class<?> type, byte[] bytes) throws Exception {
        return Class.forName(type.getPackageName() + ".MemoryRecords").getMethod("readableRecords", ByteBuffer.class).invoke(null, ByteBuffer.wrap(bytes));
    }

    @SuppressWarnings("unchecked")
    static Collection<Object> collection(Class<?> type) throws Exception {
        return (Collection<Object>) type.getDeclaredConstructor().newInstance();
    }

    static Object value(Class<?> type) throws Exception {
        int n = ++counter;
        if (type == boolean.class || type == Boolean.class) return n % 4 != 0;
        if (type == byte.class || type == Byte.class) return (byte) (n % 2 == 0 ? n % 100 : -n % 100);
        if (type == short.class || type == Short.class) return (short) (1000 + n);
        if (type == int.class || type == Integer.class) return n % 3 == 0 ? -100000 - n : 100000 + n;
        if (type == long.class || type == Long.class) return n % 3 == 0 ? -10000000000L - n : 10000000000L + n;
        if (type == double.class) return n + 0.25;
        if (type == String.class) return n % 5 == 0 ? "caf\u00e9 \u96c6\u7fa4 " + n : "text-" + n;
        if (type == Uuid.class) return new Uuid(0x0102030405060708L + n, 0x1112131415161718L + n);
        if (type == byte[].class) return bytes(n);
        if (type == ByteBuffer.class) return ByteBuffer.wrap(bytes(n));
        if (isRecords(type)) return records(type, bytes(n));
        throw new IllegalArgumentException(type.toString());
    }

    static byte[] bytes(int n) {
        byte[] bytes = new byte[1 + n % 7];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (n * 31 + i);
        return bytes;
    }

    static Class<?> element(Field field) {
        if (field.getGenericType() instanceof ParameterizedType list) {
            return (Class<?>) list.getActualTypeArguments()[0];
        }
        for (Class<?> type = field.getType(); ; type = type.getSuperclass()) {
            if (type.getGenericSuperclass() instanceof ParameterizedType list) {
                return (Class<?>) list.getActualTypeArguments()[0];
            }
        }
    }

    @SuppressWarnings("unchecked")
    static Map<Integer, org.apache.kafka.common.protocol.types.Field> taggedFields(TaggedFields tagged) throws Exception {
        for (Field field : TaggedFields.class.getDeclaredFields()) {
            if (Map.class.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                return (Map<Integer, org.apache.kafka.common.protocol.types.Field>) field.get(tagged);
            }
        }
        throw new IllegalStateException();
    }

    static String snake(String name) {
        StringBuilder text = new StringBuilder();
        boolean afterCapital = true;
        for (char c : (Character.toUpperCase(name.charAt(0)) + name.substring(1)).toCharArray()) {
            if (Character.isUpperCase(c) && !afterCapital) text.append('_');
            afterCapital = Character.isUpperCase(c);
            text.append(Character.toLowerCase(c));
        }
        return text.toString();
    }
}
