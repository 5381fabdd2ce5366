using Runner;

namespace Architecture.Tests.Running;

/// <summary>xUnit.net's report, as it is written today.</summary>
public sealed class ReportTests : IDisposable
{
    readonly string file = Path.GetTempFileName();

    [Fact]
    public void Each_test_that_ran_has_its_method_its_name_and_why_it_did_not_pass()
    {
        File.WriteAllText(
            file,
            """
            <assemblies schema-version="3"><assembly><collection>
              <test name="T.Adds(a: 1)" type="N.T" method="Adds" result="Pass" time="1.25" />
              <test name="T.Fails" type="N.T" method="Fails" result="Fail">
                <failure><message>Expected 1</message><stack-trace>at N.T.Fails()</stack-trace></failure><output>said before</output>
              </test>
              <test name="T.Apache" type="N.T" method="Apache" result="Skip"><reason>KAFKA_HOME is not set</reason></test>
              <test name="T.ByHand" type="N.T" method="ByHand" result="NotRun" />
            </collection></assembly></assemblies>
            """);
        Assert.Equal(
            [
                new Result("N.T.Adds", "T.Adds(a: 1)", Outcome.Passed, "", 1.25),
                new Result("N.T.Fails", "T.Fails", Outcome.Failed, "Expected 1\nat N.T.Fails()\nsaid before"),
                new Result("N.T.Apache", "T.Apache", Outcome.Skipped, "KAFKA_HOME is not set"),
            ],
            Report.Read(file));
    }

    [Fact]
    public void A_run_that_was_cut_off_has_none() => Assert.Null(Report.Read(file + ".missing"));

    public void Dispose() => File.Delete(file);
}
