namespace ZooKeeper.Protocol.Tests;

public class ErrorTests
{
    // KeeperException.Code.values() of 3.9.5
    const string java = """
        0 OK, -1 SYSTEMERROR, -2 RUNTIMEINCONSISTENCY, -3 DATAINCONSISTENCY, -4 CONNECTIONLOSS, -5 MARSHALLINGERROR, -6 UNIMPLEMENTED,
        -7 OPERATIONTIMEOUT, -8 BADARGUMENTS, -13 NEWCONFIGNOQUORUM, -14 RECONFIGINPROGRESS, -12 UNKNOWNSESSION, -100 APIERROR,
        -101 NONODE, -102 NOAUTH, -103 BADVERSION, -108 NOCHILDRENFOREPHEMERALS, -110 NODEEXISTS, -111 NOTEMPTY, -112 SESSIONEXPIRED,
        -113 INVALIDCALLBACK, -114 INVALIDACL, -115 AUTHFAILED, -118 SESSIONMOVED, -119 NOTREADONLY, -120 EPHEMERALONLOCALSESSION,
        -121 NOWATCHER, -122 REQUESTTIMEOUT, -123 RECONFIGDISABLED, -124 SESSIONCLOSEDREQUIRESASLAUTH, -125 QUOTAEXCEEDED,
        -127 THROTTLEDOP
        """;

    [Fact]
    public void Codes_have_the_numbers_and_names_of_ZooKeeper()
    {
        var expected = java.Split(',').Select(entry => entry.Trim()).Order();
        var actual = Enum.GetValues<ZooKeeperError>().Select(code => $"{(int)code} {code.Name()}").Order();
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Every_code_has_words()
    {
        var described = Enum.GetValues<ZooKeeperError>().Select(code => code.Describe()).ToList();
        Assert.Equal(described.Count, described.Distinct().Count());
        Assert.DoesNotContain(described, text => text.StartsWith("Error ", StringComparison.Ordinal));
        Assert.Equal("Error -999.", ((ZooKeeperError)(-999)).Describe());
    }

    [Fact]
    public void Modes_know_their_operation()
    {
        Assert.Equal(OpCode.Create, CreateMode.EphemeralSequential.ToOpCode(OpCode.Create));
        Assert.Equal(OpCode.CreateContainer, CreateMode.Container.ToOpCode(OpCode.Create2));
        Assert.Equal(OpCode.CreateTtl, CreateMode.PersistentWithTtl.ToOpCode(OpCode.Create2));
    }
}
