import java.nio.ByteBuffer;
import java.util.*;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.*;

/**
 * Writes record batches with Kafka's own classes, for batches.tsv: java -cp "KAFKA_HOME/libs/*" Batches.java > batches.tsv
 * One line each: name, bytes in hex, then one word a record: offset:timestamp:key:value:header=value,... with keys and values in hex and - for null.
 */
public class Batches {
    public static void main(String[] args) {
        for (CompressionType type : CompressionType.values()) {
            Compression compression = Compression.of(type).build();
            print(type.name + " small", compression, TimestampType.CREATE_TIME, 7, 1_700_000_000_000L, 3, false);
            print(type.name + " large", compression, TimestampType.CREATE_TIME, 4_000_000_000L, 1_700_000_000_123L, 12, true);
        }
        print("log append time", Compression.NONE, TimestampType.LOG_APPEND_TIME, 0, 1_700_000_000_000L, 3, false);
        print("marker", MemoryRecords.withEndTransactionMarker(42, 1_700_000_000_000L, 5, 9000, (short) 3, new EndTransactionMarker(ControlRecordType.COMMIT, 11)));
        print("idempotent", MemoryRecords.withRecords(RecordBatch.MAGIC_VALUE_V2, 100, Compression.NONE, TimestampType.CREATE_TIME, 4711, (short) 2, 2147483646, 9, true,
            new SimpleRecord(1000, "a".getBytes(), "b".getBytes()), new SimpleRecord(999, null, "c".getBytes()), new SimpleRecord(1001, "d".getBytes(), null)));
    }

    static void print(String name, Compression compression, TimestampType type, long baseOffset, long timestamp, int count, boolean large) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), RecordBatch.MAGIC_VALUE_V2, compression, type, baseOffset, timestamp + 5000);
        Random random = new Random(7);
        for (int i = 0; i < count; i++) {
            Header[] headers = i % 3 == 0 ? new Header[0] : new Header[] {new RecordHeader("trace", ("t" + i).getBytes()), new RecordHeader("n\u00fcll", null)};
            builder.append(timestamp + i * 10 - (i % 4) * 25, i % 5 == 2 ? null : ("key-" + i).getBytes(), i % 7 == 1 ? null : value(random, large ? 400 : 8), headers);
        }
        print(name, builder.build());
    }

    /** Half words that repeat, half noise, so that a compressor finds something and not everything. */
    static byte[] value(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) text.append(random.nextInt(4) == 0 ? Integer.toHexString(random.nextInt()) : "partition ").append(i % 50 == 0 ? "x".repeat(40) : "");
        return text.toString().getBytes();
    }

    static void print(String name, MemoryRecords records) {
        StringBuilder line = new StringBuilder(name).append('\t').append(hex(records.buffer()));
        for (org.apache.kafka.common.record.Record record : records.records()) {
            line.append('\t').append(record.offset()).append(':').append(record.timestamp()).append(':').append(hex(record.key())).append(':').append(digest(record.value()));
            for (Header header : record.headers()) line.append(':').append(header.key()).append('=').append(header.value() == null ? "-" : HexFormat.of().formatHex(header.value()));
        }
        System.out.println(line);
    }

    static String digest(ByteBuffer value) {
        if (value == null) return "-";
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(value.duplicate());
        return value.remaining() + "/" + Long.toHexString(crc.getValue());
    }

    static String hex(ByteBuffer buffer) {
        if (buffer == null) return "-";
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
