import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Writes as many records as it is told, and fails when it is told to. */
public class TicksConnector extends SourceConnector {
    static final ConfigDef CONFIG = new ConfigDef()
        .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "Where they go.")
        .define("count", ConfigDef.Type.INT, 10, ConfigDef.Range.atLeast(1), ConfigDef.Importance.LOW, "How many.")
        .define("fail", ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.LOW, "Whether it fails.")
        .define("api.password", ConfigDef.Type.PASSWORD, "", ConfigDef.Importance.LOW, "Is kept.");

    private Map<String, String> config;

    public void start(Map<String, String> given) {
        config = given;
    }

    public Class<? extends Task> taskClass() {
        return TicksTask.class;
    }

    public List<Map<String, String>> taskConfigs(int most) {
        return Collections.singletonList(config);
    }

    public void stop() {
    }

    public ConfigDef config() {
        return CONFIG;
    }

    public String version() {
        return "1.0";
    }

    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return true;
    }

    public static class TicksTask extends SourceTask {
        private static final Map<String, String> PARTITION = Collections.singletonMap("ticks", "all");
        private String topic;
        private long count;
        private long at;
        private boolean fails;

        public String version() {
            return "1.0";
        }

        public void start(Map<String, String> given) {
            topic = given.get("topic");
            count = Long.parseLong(given.getOrDefault("count", "10"));
            fails = "true".equals(given.get("fail"));
            Map<String, Object> seen = context.offsetStorageReader().offset(PARTITION);
            at = seen == null ? 0 : ((Number) seen.get("at")).longValue();
        }

        public List<SourceRecord> poll() throws InterruptedException {
            if (fails) {
                throw new ConnectException("asked to fail");
            }
            if (at >= count) {
                Thread.sleep(100);
                return null;
            }
            at++;
            return Collections.singletonList(new SourceRecord(
                PARTITION, Collections.singletonMap("at", at), topic, Schema.STRING_SCHEMA, "tick " + at));
        }

        public void stop() {
        }
    }
}
