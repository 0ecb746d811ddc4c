package element_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emp-framework/emp/element"
)

// What comes over a stream, element by element. One that is too big is skipped, and the
// stream goes on.
func ExampleParser() {
	stream := strings.NewReader(`<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='7'>
		<message to='romeo@capulet.example'><body>Wherefore art thou?</body></message>
		<message to='romeo@capulet.example' id='1'><a/><b/><c/></message>
		<presence/>
	</stream:stream>`)
	p := element.NewParser()
	p.Limits.Elements = 3
	for {
		ev, err := p.Read(stream)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		switch ev.Kind {
		case element.EventOpen:
			fmt.Println("stream", ev.Node.Attr("id"))
		case element.EventElement:
			fmt.Println(ev.Node)
		case element.EventExcess:
			fmt.Printf("refused at byte %d: %s %s has too many %s\n", ev.Offset, ev.Node.Local(), ev.Node.Attr("id"), ev.Excess)
		case element.EventClose:
			fmt.Println("closed")
		}
	}
	// Output:
	// stream 7
	// <message xmlns='jabber:client' to='romeo@capulet.example'><body>Wherefore art thou?</body></message>
	// refused at byte 176: message 1 has too many elements
	// <presence xmlns='jabber:client'/>
	// closed
}

// What is wrong with bytes from outside, and with which stream error to answer them.
func ExampleSyntaxError() {
	_, err := element.ParseString("<message><!-- hidden --></message>")
	var syntax *element.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Condition, syntax.Offset)
		fmt.Println(syntax.Msg)
	}
	// Output:
	// restricted-xml 12
	// a comment
}

// A stanza as it stands in a stream has no xmlns of its own.
func ExampleParseIn() {
	const xml = `<presence><show>away</show></presence>`
	alone, _ := element.ParseString(xml)
	inStream, _ := element.ParseIn(element.NSClient, []byte(xml))
	fmt.Println(alone.Name(), inStream.Name())
	// Output:
	// presence {jabber:client}presence
}

func ExampleNode() {
	query, err := element.ParseString(`<query xmlns='jabber:iq:roster' ver=''>
		<item jid='romeo@capulet.example' name='Romeo'/>
		<item jid='nurse@capulet.example'><group>Servants</group></item>
	</query>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("versions:", !query.AttrNode("", "ver").IsZero()) // empty, but there
	for item := range query.ChildrenNamed("jabber:iq:roster", "item") {
		fmt.Printf("%s %q %q\n", item.Attr("jid"), item.Attr("name"), item.Child("jabber:iq:roster", "group").Text())
	}
	// Output:
	// versions: true
	// romeo@capulet.example "Romeo" ""
	// nurse@capulet.example "" "Servants"
}

// What cannot be written as XML leaves nothing behind.
func ExampleWriter() {
	w := element.Writer{Space: element.NSClient} // as on a stream
	for _, text := range []string{"3 < 4", "a\x00b", "done"} {
		mark := w.Len()
		w.Start(element.NSClient, "message")
		w.Attr("to", "romeo@capulet.example")
		w.Node(element.Text(element.NSClient, "body", text))
		w.End()
		if err := w.Err(); err != nil {
			fmt.Println(err)
			w.Truncate(mark)
		}
	}
	fmt.Printf("%s\n", w.Bytes())
	// Output:
	// element: cannot write <body>: character U+0000 at byte 1 of a text or value is not allowed in XML
	// <message to='romeo@capulet.example'><body>3 &lt; 4</body></message><message to='romeo@capulet.example'><body>done</body></message>
}

// Start tags that are written again and again. A value of "" is no attribute.
func ExampleNewTag() {
	item := element.NewTag(nsTweets, "tweet", "id", "by")
	var w element.Writer
	w.Start(nsTweets, "tweets")
	w.Tag(item, "1", "romeo")
	w.End()
	w.Tag(item, "2", "")
	w.End()
	w.End()
	fmt.Printf("%s\n", w.Bytes())
	// Output:
	// <tweets xmlns='urn:example:tweets'><tweet id='1' by='romeo'/><tweet id='2'/></tweets>
}
