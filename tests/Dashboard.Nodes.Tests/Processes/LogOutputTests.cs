using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Processes;

namespace Dashboard.Nodes.Tests.Processes;

public sealed class LogOutputTests
{
    readonly NodeLogs logs = new(TimeProvider.System);

    [Fact]
    public void Lines_have_the_level_that_they_begin_with_and_a_stack_trace_that_of_its_error()
    {
        Read("INFO started (KafkaServer)\nWARN slow\n  more of it\nERROR failed (Kafka)\njava.io.IOException: no space\n\tat a.b(C)\n\n");
        (NodeLogLevel, string)[] expected =
        [
            (NodeLogLevel.Info, "started (KafkaServer)"), (NodeLogLevel.Warn, "slow"), (NodeLogLevel.Warn, "  more of it"),
            (NodeLogLevel.Error, "failed (Kafka)"), (NodeLogLevel.Error, "java.io.IOException: no space"),
            (NodeLogLevel.Error, "\tat a.b(C)"),
        ];
        Assert.Equal(expected, logs.Tail("kafka0").Select(line => (line.Level, line.Text)));
    }

    [Theory]
    [InlineData("ERROR fatal\nConfigException: bad value\n\tat a\nCaused by: it\n\tat b\nERROR exiting\nINFO bye\n", "Caused by: it")]
    [InlineData("ERROR exiting\nINFO bye\n", "exiting")]
    [InlineData("Error: Could not find or load main class kafka.Kafka\n", "Error: Could not find or load main class kafka.Kafka")]
    [InlineData("INFO all is well\n", null)]
    public void The_last_words_are_the_root_of_the_last_error(string printed, string? words) =>
        Assert.Equal(words, Read(printed).LastWords);

    [Fact]
    public void What_was_said_long_ago_is_no_reason() =>
        Assert.Null(Read("ERROR once\n" + string.Concat(Enumerable.Repeat("INFO since\n", 200))).LastWords);

    [Fact]
    public void A_line_without_end_is_cut_and_the_next_one_is_whole()
    {
        Read($"INFO {new string('x', 10_000)}\nINFO next\n");
        var lines = logs.Tail("kafka0").Select(line => line.Text).ToList();
        Assert.Equal([LogOutput.LongestLine - "INFO ".Length, "next".Length], lines.Select(line => line.Length));
    }

    LogOutput Read(string printed)
    {
        var output = new LogOutput("kafka0", logs);
        output.ReadAll(new StringReader(printed));
        return output;
    }
}
