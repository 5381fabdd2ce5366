import java.io.DataInputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.*;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.*;

/**
 * A member of a streams group (KIP-1071) by Kafka's own classes, where there is no Kafka Streams to run: it joins with a topology of one
 * part, takes the tasks it is given, and heartbeats until it is killed.
 * java -cp "KAFKA_HOME/libs/*" StreamsMember.java HOST:PORT,... GROUP TOPIC MEMBERS     prints "stable" once each member has tasks.
 */
public class StreamsMember {
    static int correlation;

    public static void main(String[] arguments) throws Exception {
        String[] brokers = arguments[0].split(",");
        for (int at = 0; ; at++) {
            String[] address = brokers[at % brokers.length].split(":");
            try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
                beat(socket, arguments[1], arguments[2], Integer.parseInt(arguments[3]));
            }
            Thread.sleep(200);
        }
    }

    /** Until the broker says that another one coordinates the group. */
    static void beat(Socket socket, String group, String topic, int members) throws Exception {
        String[] ids = new String[members];
        StreamsGroupHeartbeatResponseData[] last = new StreamsGroupHeartbeatResponseData[members];
        List<List<TaskIds>> tasks = new ArrayList<>(Collections.nCopies(members, List.of()));
        boolean told = false;
        while (true) {
            for (int i = 0; i < members; i++) {
                if (ids[i] == null || last[i].errorCode() != 0) {
                    ids[i] = UUID.randomUUID().toString();
                    tasks.set(i, List.of());
                    last[i] = exchange(socket, join(group, topic, ids[i]));
                } else {
                    last[i] = exchange(socket, stay(group, ids[i], last[i].memberEpoch(), tasks.get(i)));
                }
                Errors error = Errors.forCode(last[i].errorCode());
                if (error == Errors.NOT_COORDINATOR || error == Errors.COORDINATOR_NOT_AVAILABLE) {
                    return;
                }
                if (last[i].activeTasks() != null) {
                    tasks.set(i, last[i].activeTasks().stream()
                        .map(t -> new TaskIds().setSubtopologyId(t.subtopologyId()).setPartitions(t.partitions())).toList());
                }
            }
            boolean stable = tasks.stream().noneMatch(List::isEmpty);
            for (StreamsGroupHeartbeatResponseData one : last) {
                stable &= one.memberEpoch() == last[0].memberEpoch();
            }
            if (stable && !told) {
                System.out.println("stable");
                told = true;
            }
            Thread.sleep(300);
        }
    }

    static StreamsGroupHeartbeatRequestData join(String group, String topic, String id) {
        return stay(group, id, 0, List.of()).setRebalanceTimeoutMs(10000).setProcessId(id).setClientTags(List.of())
            .setStandbyTasks(List.of()).setWarmupTasks(List.of())
            .setTopology(new Topology().setEpoch(3).setSubtopologies(List.of(
                new Subtopology().setSubtopologyId("0").setSourceTopics(List.of(topic)).setSourceTopicRegex(List.of())
                    .setRepartitionSinkTopics(List.of()).setRepartitionSourceTopics(List.of()).setStateChangelogTopics(List.of()))));
    }

    static StreamsGroupHeartbeatRequestData stay(String group, String id, int epoch, List<TaskIds> tasks) {
        return new StreamsGroupHeartbeatRequestData().setGroupId(group).setMemberId(id).setMemberEpoch(epoch)
            .setActiveTasks(tasks).setStandbyTasks(List.of()).setWarmupTasks(List.of());
    }

    static StreamsGroupHeartbeatResponseData exchange(Socket socket, StreamsGroupHeartbeatRequestData data) throws Exception {
        short version = 0;
        RequestHeader header = new RequestHeader(ApiKeys.STREAMS_GROUP_HEARTBEAT, version, "word-count", ++correlation);
        ByteBuffer frame = new StreamsGroupHeartbeatRequest.Builder(data).build(version).serializeWithHeader(header);
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        socket.getOutputStream().write(ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        ByteBuffer rest = ByteBuffer.wrap(answer);
        ResponseHeader.parse(rest, ApiKeys.STREAMS_GROUP_HEARTBEAT.responseHeaderVersion(version));
        StreamsGroupHeartbeatResponseData told = new StreamsGroupHeartbeatResponseData(new ByteBufferAccessor(rest), version);
        return told;
    }
}
