import java.io.FileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Appends a line to a file for each record. */
public class LinesConnector extends SinkConnector {
    private Map<String, String> config;

    public void start(Map<String, String> given) {
        config = given;
    }

    public Class<? extends Task> taskClass() {
        return LinesTask.class;
    }

    public List<Map<String, String>> taskConfigs(int most) {
        return Collections.singletonList(config);
    }

    public void stop() {
    }

    public ConfigDef config() {
        return new ConfigDef().define("file", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "Where lines go.");
    }

    public String version() {
        return "1.0";
    }

    public static class LinesTask extends SinkTask {
        private String file;

        public String version() {
            return "1.0";
        }

        public void start(Map<String, String> given) {
            file = given.get("file");
        }

        public void put(Collection<SinkRecord> records) {
            try (FileWriter lines = new FileWriter(file, true)) {
                for (SinkRecord record : records) {
                    lines.write(record.value() + "\n");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public void stop() {
        }
    }
}
