package element_test

import (
	"encoding/xml"
	"fmt"

	"github.com/antchfx/xmlquery"

	"github.com/emp-framework/emp/element"
)

const nsTweets = "urn:example:tweets"

// A Tweet is a payload as encoding/xml knows it.
type Tweet struct {
	XMLName xml.Name `xml:"urn:example:tweets tweet"`
	ID      int      `xml:"id,attr"`
	Text    string   `xml:",chardata"`
}

func ExampleNew() {
	query := element.New(nsTweets, "tweets").Attr("page", "1")
	for id, text := range []string{"Wherefore?", "Therefore & thus."} {
		query.NewChild("tweet").Attr("id", fmt.Sprint(id)).Text(text)
	}
	iq := element.New(element.NSClient, "iq").Attr("type", "result").Add(query)
	fmt.Println(iq.Node())
	// Output:
	// <iq xmlns='jabber:client' type='result'><tweets xmlns='urn:example:tweets' page='1'><tweet id='0'>Wherefore?</tweet><tweet id='1'>Therefore &amp; thus.</tweet></tweets></iq>
}

func ExampleParse() {
	n, err := element.ParseString(`<message to='romeo@capulet.example' xmlns='jabber:client'><body>Art thou?</body></message>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Name(), n.Attr("to"))
	fmt.Println(n.Child(element.NSClient, "body").Text())
	fmt.Printf("%q\n", n.Child(nsTweets, "tweets").Child(nsTweets, "tweet").Attr("id")) // look-ups chain

	_, err = element.ParseString(`<message><body>x</message>`)
	fmt.Println(err)
	// Output:
	// {jabber:client}message romeo@capulet.example
	// Art thou?
	// ""
	// element: not-well-formed at byte 18: an end tag that does not match <body>, begun at byte 9
}

func ExampleMarshal() {
	n, err := element.Marshal(Tweet{ID: 7, Text: "Hackity Hack!"})
	fmt.Println(n, err)
	// Output:
	// <tweet xmlns='urn:example:tweets' id='7'>Hackity Hack!</tweet> <nil>
}

func ExampleFrom() {
	tweets := element.New(nsTweets, "tweets")
	for _, t := range []Tweet{{ID: 1, Text: "a"}, {ID: 2, Text: "b"}} {
		tweets.Add(element.From(t))
	}
	fmt.Println(tweets.Node())
	// Output:
	// <tweets xmlns='urn:example:tweets'><tweet id='1'>a</tweet><tweet id='2'>b</tweet></tweets>
}

func ExampleNode_Decode() {
	n, err := element.ParseString(`<tweet xmlns='urn:example:tweets' id='7'>Hackity Hack!</tweet>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	var tweet Tweet
	if err := n.Decode(&tweet); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tweet.ID, tweet.Text)

	fmt.Println(element.New(nsTweets, "tweet").Attr("id", "seven").Node().Decode(&tweet))
	// Output:
	// 7 Hackity Hack!
	// element: decode <tweet>: strconv.ParseInt: parsing "seven": invalid syntax
}

func ExampleCompileQuery() {
	query, err := element.CompileQuery("t:tweet[@id > 1]", map[string]string{"t": nsTweets})
	if err != nil {
		fmt.Println(err)
		return
	}
	tweets, err := element.ParseString(`<tweets xmlns='urn:example:tweets'><tweet id='1'>a</tweet><tweet id='2'>b</tweet><tweet id='3'>c</tweet></tweets>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := query.All(tweets)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range found {
		fmt.Println(n.Attr("id"), n.Text())
	}

	_, err = element.CompileQuery("t:tweet[@id", map[string]string{"t": nsTweets})
	fmt.Println(err)
	// Output:
	// 2 b
	// 3 c
	// element: query "t:tweet[@id": the bracket at byte 7 is not closed
}

func ExampleQuery_Number() {
	total := element.MustQuery("sum(item/@price)", nil)
	cart, _ := element.ParseString(`<cart><item price='1.5'/><item price='2'/></cart>`)
	fmt.Println(total.Number(cart))
	// Output:
	// 3.5 <nil>
}

func ExampleNode_XMLQuery() {
	n, _ := element.ParseString(`<tweets xmlns='urn:example:tweets'><tweet id='1'/><tweet id='2'/></tweets>`)
	doc := n.XMLQuery()
	xmlquery.FindOne(doc, "//tweet[@id='2']").SetAttr("read", "true")
	changed, err := element.FromXMLQuery(doc)
	fmt.Println(changed, err)
	fmt.Println(n)
	// Output:
	// <tweets xmlns='urn:example:tweets'><tweet id='1'/><tweet id='2' read='true'/></tweets> <nil>
	// <tweets xmlns='urn:example:tweets'><tweet id='1'/><tweet id='2'/></tweets>
}

func ExampleWriter_Leaf() {
	list := element.NewTag("urn:example:list", "list", "name")
	item := element.NewTag("urn:example:list", "item", "id")
	var w element.Writer
	w.Tag(list, "errands")
	w.Leaf(item, "bread & milk", "1")
	w.Leaf(item, "", "2")
	w.End()
	fmt.Printf("%s\n", w.Bytes())
	// Output: <list xmlns='urn:example:list' name='errands'><item id='1'>bread &amp; milk</item><item id='2'/></list>
}
