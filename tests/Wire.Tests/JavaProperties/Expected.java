import java.io.StringReader;
import java.util.*;

/** Prints what java.util.Properties makes of each text: java Expected.java > expected.json (any JDK from 11 on). */
public class Expected {
    static final String[] TEXTS = {
        "", "\n\n", "a=1", "a:1", "a 1", "a\t1", "a\f1", "a", "a=", "a:", " a = 1 ", "\t a\t=\t1\t", "a==1", "a=:1", "a:=1", "a = = 1", "a  :  : 1", "a b=c", "a b : c",
        "# a=1\na=2", "! a=1\na=2", "  # a=1", "  ! a=1\n b=2", "a=1 # no comment", "a=#1", "a=!1", "a\\#=1", "\\#a=1", "\\!a=1", "#\\\na=1", "# a\\\nb=1", "!\\\nb=1",
        "a=1\na=2", "a=1\nb=2\na=3", "a=1\rb=2", "a=1\r\nb=2\r\n", "a=1\n\r\nb=2", "\uFEFFa=1",
        "a=x\\\ny", "a=x\\\n   y", "a=x\\\n\ty\\\n z", "a=x \\\n y", "a=x\\\r\n  y", "a=x\\\n\nb=1", "a=x\\\n   \nb=1", "a=x\\\n# y", "a=x\\\n! y", "a\\\nb=c", "a\\\n  b=c", "a\\\n=c", "a\\\n:c", "a\\\n c",
        "a=x\\", "a=x\\\\", "a=x\\\\\ny=1", "a=x\\\\\\\ny", "a=x\\\\\\\\\nb=2", "\\", "\\\n", "\\\na=1", "\\\n# a=1", "\\\n\\\na=1", "a=1\n\\\n", "a=\\\n", "a=\\\n\\\n\\\nb",
        "a\\=b=c", "a\\:b:c", "a\\ b c", "a\\\tb=c", "a\\\\=b", "a\\\\\\=b=c", "\\=a=b", "\\:=b", "\\ =b", "=b", ":b", "= b", " = ", "==", "a\\==1",
        "a=\\t\\n\\r\\f", "a=\\\\", "a=\\\"\\'", "a=\\b\\x\\0\\z", "\\t=a", "a\\nb=c", "a=C:\\\\tmp\\\\x", "a=C:\\tmp", "a=\\ x", "a= \\ x", "a=\\\tx", "a=x\\ ", "a=x\\t",
        "a=\\u0061", "\\u0061=b", "dataD\\u0069r=/x", "a=\\u00e9\\u4e2d", "a=\\u00E9", "a=\\uD83D\\uDE00", "a=\\uu0061", "a=\\u006", "a=\\u", "a=\\u00g1", "a=\\u+061", "a=\\u 061", "a=\\U0061", "a=\\\\u0061",
        "a=\\u0020", "a=\\u000a", "a\\u003db=c", "a\\u0020b=c", "\\u0023a=b", "a=x\\u005c\ny=1", "a=\\u0009 ", "\\u0020", "a=\\u00zz\nb=1", "b=1\na=\\u1",
        "a=1\u00a0", "\u00a0a=1", "a\u00a0=1", "a\u00a01", "a=\u30001", "a=caf\u00e9", "\u4e2d=\u6587", "a=\u2028b", "a\u000b=1", "\u000ba=1", "a=1\u000b", "a=1\u0085b=2", "a=1\u0000",
        "server.1=zk1:2888:3888", "server.1 zk1:2888:3888", "server.1:zk1:2888:3888", "server.1 = zk1:2888:3888:participant;0.0.0.0:2181", "listeners=PLAINTEXT://:9092,\\\n          INTERNAL://:9093", "clientPort=2181   ",
        "a.b.c-d_e=f", "a=1;b=2", "'a'='b'", "\"a\"=\"b c\"", "[section]\na=1", "a,b=c", "a=b\\,c",
    };

    public static void main(String[] args) {
        StringBuilder out = new StringBuilder("[\n");
        for (int i = 0; i < TEXTS.length; i++) {
            Map<String, String> entries = null;
            try {
                Properties properties = new Properties();
                properties.load(new StringReader(TEXTS[i]));
                entries = new TreeMap<>();
                for (String name : properties.stringPropertyNames()) {
                    entries.put(name, properties.getProperty(name));
                }
            } catch (Exception refused) {
                // null: Java does not load it
            }
            out.append("  {\"text\": ").append(quote(TEXTS[i])).append(", \"entries\": ");
            if (entries == null) {
                out.append("null");
            } else {
                StringJoiner members = new StringJoiner(", ", "{", "}");
                entries.forEach((name, value) -> members.add(quote(name) + ": " + quote(value)));
                out.append(members);
            }
            out.append(i + 1 < TEXTS.length ? "},\n" : "}\n");
        }
        System.out.print(out.append("]\n"));
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            quoted.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return quoted.append('"').toString();
    }
}
