import java.util.*;
import java.util.stream.*;
import org.apache.kafka.admin.*;

/**
 * Assigns replicas with Kafka's own classes, for placements.tsv: java -cp "KAFKA_HOME/libs/*" Placements.java > placements.tsv
 * One line each: brokers as id or id@rack, partitions, factor, start index and shift, first partition, assignment.
 */
public class Placements {
    public static void main(String[] args) {
        Random random = new Random(3);
        print(List.of("0", "1", "2"), 4, 2, 0, 0);
        for (int i = 0; i < 60; i++) {
            int brokers = 1 + random.nextInt(9);
            int racks = i % 2 == 0 ? 0 : 1 + random.nextInt(4);
            List<String> list = IntStream.range(0, brokers).mapToObj(b -> (b * 3 + 1) + (racks == 0 ? "" : "@r" + random.nextInt(racks))).toList();
            print(list, 1 + random.nextInt(12), 1 + random.nextInt(brokers), random.nextInt(brokers), random.nextInt(6));
        }
    }

    static void print(List<String> brokers, int partitions, int factor, int start, int first) {
        List<BrokerMetadata> metadata = brokers.stream().map(b -> new BrokerMetadata(Integer.parseInt(b.split("@")[0]),
            b.contains("@") ? Optional.of(b.split("@")[1]) : Optional.empty())).toList();
        var assigned = new TreeMap<>(AdminUtils.assignReplicasToBrokers(metadata, partitions, factor, start, first));
        System.out.println(String.join(",", brokers) + "\t" + partitions + "\t" + factor + "\t" + start + "\t" + first + "\t"
            + assigned.values().stream().map(r -> r.stream().map(String::valueOf).collect(Collectors.joining(","))).collect(Collectors.joining(" ")));
    }
}
