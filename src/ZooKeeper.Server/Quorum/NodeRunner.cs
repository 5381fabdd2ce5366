using Wire.Loops;
using ZooKeeper.Server.Serving;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// Drives a <see cref="QuorumNode"/> on the server loop: one input at a time, then what it wants done, then the timer is set to the node's
/// next deadline.
/// </summary>
sealed class NodeRunner
{
    readonly QuorumNode node;
    readonly ServerLoop loop;
    readonly TimeProvider time;
    readonly long zero;
    readonly Alarm alarm;
    readonly Queue<Action> inputs = new();
    bool running;
    bool ended;

    public NodeRunner(QuorumNode node, ServerLoop loop, TimeProvider time)
    {
        (this.node, this.loop, this.time) = (node, loop, time);
        zero = time.GetTimestamp();
        alarm = new Alarm(time, Ring);
    }

    /// <summary>Carries out what the node wants done.</summary>
    public Action<QuorumEffect> Carry { get; set; } = _ => { };

    /// <summary>Called after each input, when all that it wanted has been carried out.</summary>
    public Action Settled { get; set; } = () => { };

    /// <summary>The node's time: monotonic, from its start.</summary>
    public TimeSpan Now => time.GetElapsedTime(zero);

    /// <summary>
    /// Runs one input; one that comes up while another is carried out waits for its turn, so that effects keep the order of their inputs.
    /// </summary>
    public void Do(Action input)
    {
        inputs.Enqueue(input);
        if (running)
        {
            return;
        }

        running = true;
        try
        {
            while (!ended && inputs.TryDequeue(out var next))
            {
                next();
                foreach (var effect in node.Drain(Now))
                {
                    Carry(effect);
                }
            }
        }
        finally
        {
            running = false;
        }

        Settled();
        Arm();
    }

    /// <summary>On the loop. No input is run any more.</summary>
    public void End()
    {
        ended = true;
        alarm.Dispose();
    }

    void Arm()
    {
        if (!ended && node.Deadline is { } at)
        {
            alarm.Set(zero + (long)(at.TotalSeconds * time.TimestampFrequency));
        }
    }

    void Ring() => _ = loop.PostAsync(() => Do(() => node.Tick(Now))).AsTask();
}
