using Wire;

namespace Kafka.Protocol
{
    public interface IKafkaMessage
    {
        void Write(WireWriter writer, short version);
    }

    public interface IKafkaResponse : IKafkaMessage;

    public interface IKafkaRequest : IKafkaMessage
    {
        short Key { get; }

        short Lowest { get; }

        short Highest { get; }

        bool Flexible(short version);

        IKafkaResponse ReadResponse(ref WireReader reader, short version);
    }

    public interface IKafkaRequest<TResponse> : IKafkaRequest
        where TResponse : IKafkaResponse;
}

namespace ZooKeeper.Protocol
{
    public interface IRecord
    {
        void Write(WireWriter writer);
    }
}
