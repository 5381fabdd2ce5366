namespace Dashboard.Nodes.Apache;

/// <summary>
/// How Apache's servers log for the page: each line on standard output, its level first. Which library does it changed over the releases,
/// and each has a configuration file of its own.
/// </summary>
/// <param name="FileName">In the data directory.</param>
/// <param name="Option">What tells Java of the file at a path.</param>
sealed record LogConfigs(string FileName, string Text, Func<string, string> Option)
{
    /// <summary>Log4j 1 and its successor reload4j: Kafka up to 3.9, ZooKeeper up to 3.7.</summary>
    public static readonly LogConfigs Log4J1 = new(
        "log4j.properties",
        """
        log4j.rootLogger=INFO, stdout
        log4j.appender.stdout=org.apache.log4j.ConsoleAppender
        log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
        log4j.appender.stdout.layout.ConversionPattern=%p %m (%c{1})%n
        # each prints all of its several hundred settings
        log4j.logger.kafka.server.KafkaConfig=WARN
        log4j.logger.org.apache.kafka.common.config.AbstractConfig=WARN
        # tells each question of a dashboard
        log4j.logger.org.apache.zookeeper.server.NIOServerCnxn=WARN

        """,
        path => "-Dlog4j.configuration=" + new Uri(path).AbsoluteUri);

    /// <summary>Kafka from 4.0 on.</summary>
    public static readonly LogConfigs Log4J2 = new(
        "log4j2.properties",
        """
        appender.stdout.type=Console
        appender.stdout.name=stdout
        appender.stdout.layout.type=PatternLayout
        appender.stdout.layout.pattern=%p %m (%c{1})%n
        rootLogger.level=info
        rootLogger.appenderRef.stdout.ref=stdout
        # each prints all of its several hundred settings
        logger.config.name=org.apache.kafka.common.config.AbstractConfig
        logger.config.level=warn

        """,
        path => "-Dlog4j2.configurationFile=" + path);

    /// <summary>ZooKeeper from 3.8 on.</summary>
    public static readonly LogConfigs Logback = new(
        "logback.xml",
        """
        <configuration>
          <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%p %m \(%logger{0}\)%n</pattern></encoder>
          </appender>
          <!-- tells each question of a dashboard -->
          <logger name="org.apache.zookeeper.server.NIOServerCnxn" level="WARN" />
          <root level="INFO"><appender-ref ref="stdout" /></root>
        </configuration>

        """,
        path => "-Dlogback.configurationFile=" + path);

    public static LogConfigs Of(Distribution distribution) =>
        distribution.Has("logback-classic") ? Logback : distribution.Has("log4j-core") ? Log4J2 : Log4J1;
}
