/* eslint max-lines: off -- one file because all of a language is read together */
/**
 * What the page says in German.
 *
 * @import { Words } from "./en.mjs"
 */

import { capital, count, enumeration, givenScore, wholeNumber } from "../formats.mjs";
import { beers } from "./de-beers.mjs";
import { model } from "./de-model.mjs";
import { bent, item } from "./items/de.mjs";

const { one, other, had } = item;
const ITEMS = { one, other };
const RATINGS = { one: "Bewertung", other: "Bewertungen" };
// In the accusative.
const A = `ein${bent("en", "")} ${one}`;
const WHICH = bent("den", "das");
const NONE = `Kein ${one}`;

/** @type {Words} */
export const words = {
  frame: {
    skip: "Zum Inhalt springen",
    views: "Ansichten",
    beers: item.title,
    ratings: "Bewertungen",
    taste: "Geschmack",
    model: "Modell",
    whoAreYou: "Anmelden",
    youAre: "Du bist ",
    newcomer: "Neu hier",
  },
  titles: {
    whoAreYou: "Wer bist du?",
    taps: "Fünfmal tippen",
    beers: `${other} für dich`,
    ratings: "Meine Bewertungen",
    model: "Das Modell",
  },
  failures: {
    noConnection: item.noConnection,
    noAnswer: item.noAnswer,
    tooLong: "Die Antwort lässt auf sich warten. Versuch es gleich noch einmal.",
    unreachable:
      "Taproom ist nicht zu erreichen. Prüf deine Verbindung und versuch es noch einmal.",
    signIn: "Melde dich zuerst an: Nur du selbst kannst nach deinem Geschmack fragen.",
    tooMany: "Gerade fragen viele Gäste auf einmal. Versuch es in ein paar Sekunden noch einmal.",
    codes: {
      bad_request: "Damit kann Taproom nichts anfangen.",
      forbidden: "Das gehört einem anderen Gast: Melde dich als dieser an.",
      not_found: "Das gibt es hier nicht mehr.",
      too_large: "Das ist zu viel auf einmal: Versuch es mit weniger.",
      photos_used_up: "Heute werden keine Fotos mehr gelesen: Tipp die Zeilen ab.",
      no_model: "Taproom lernt noch, was hier schmeckt. Schau in einer Weile wieder vorbei.",
      model_busy: "Taproom wacht gerade auf. Versuch es in ein paar Sekunden noch einmal.",
      model_failed: "Taproom ist gerade außer Betrieb. Versuch es in einer Minute noch einmal.",
      photo_failed: "Das Foto war nicht zu lesen. Versuch es noch einmal, oder tipp es ab.",
      unreachable:
        "Ein Teil von Taproom ist nicht zu erreichen. Versuch es in ein paar Sekunden noch einmal.",
      failed: "In Taproom ist etwas kaputtgegangen. Versuch es in einer Minute noch einmal.",
    },
    unexplained: (status) =>
      `Taproom hat mit ${status} geantwortet, ohne einen Grund. Versuch es in einer Minute wieder.`,
    tryAgain: "Noch einmal versuchen",
    request: (id) => `Anfrage ${id}`,
  },
  whoAreYou: {
    somebodyElse: "Jemand anderes?",
    lede: "Sag Taproom, wer du bist, und es wählt nach allem aus, was du bewertet hast.",
    youAre: (name) => `Du bist ${name}. `,
    youAreNewcomer: "Du bist neu auf diesem Gerät. ",
    forgetMe: "Vergiss mich",
    signOut: "Abmelden",
    unsent: (ratings) =>
      `${count(ratings, { one: "Änderung", other: "Änderungen" })} noch nicht gesendet: ` +
      "Das ginge verloren.",
    username: "Dein Benutzername",
    beginToType: "Tipp die ersten Buchstaben",
    nobody: (text) => `Niemandes Name beginnt mit „${text}“.`,
    ratedBefore: `Ich habe schon ${other} bewertet`,
    open: "Dieses Taproom ist offen, zum Ausprobieren: Jeder darf jeder sein.",
    signIn: "Anmelden",
    yours: "Deine Bewertungen gehören dir allein: Melde dich an, um sie zu nutzen.",
    programsOnly: "Nach denen, die bewertet haben, fragen hier nur Programme, nicht diese Seite.",
    newHere: "Ich bin neu hier",
    onThisDevice: `Bewerte ein paar ${other}, die du kennst. Alles bleibt auf diesem Gerät.`,
    goOn: "Weiter bewerten",
    rateAFew: `Ein paar ${other} bewerten`,
  },
  list: {
    name: `${other} zum Probieren`,
    section: "Die Liste",
    more: `Mehr ${other} zeigen`,
    lede: "Ausgewählt nach dem, was du bisher bewertet hast, das Passendste zuerst.",
    ledeOfNobody: `Bewerte ${A}, ${WHICH} du kennst, und die Liste wird deine.`,
    ledeOfNewcomer: (ratings) =>
      `Ausgewählt nach ${count(ratings, RATINGS)} auf diesem Gerät, das Passendste zuerst.`,
    length: (beers) => `${beers === 0 ? `Keine ${other}` : count(beers, ITEMS)} auf deiner Liste.`,
    better: "Die Modelle sind wach: das ist deine ganze Liste.",
    unchanged: "Die Liste bleibt, wie sie ist.",
    added: (beers) => `${count(beers, ITEMS)} neu auf deiner Liste.`,
    stale: (why) => `Die Liste ließ sich nicht auf den neuesten Stand bringen: ${why}`,
    earlier: (when) => `Taproom ist nicht erreichbar: Das ist vom ${when}.`,
    nothingOnMenu: `Nichts Neues ${item.onMenu}`,
    nothingOnMenuHint: `Darauf steht kein ${one}, ${WHICH} du nicht schon kennst.`,
    nothingLikeThat: `So ein ${one} gibt es nicht`,
    nothingLikeThatHint: `Versuch es mit ${item.otherAttributes}.`,
    nothingLeft: "Nichts mehr übrig",
    nothingLeftHint: `Du hast jede${bent("n", "s")} ${one} bewertet, ${WHICH} es gibt.`,
  },
  filters: {
    name: "Die Liste eingrenzen",
    open: (set) => (set === 0 ? "Filter" : `Filter (${set})`),
    clear: "Filter löschen",
    style: item.style,
    anyStyle: item.anyStyle,
    noStyle: (text) => `Zu „${text}“ findet sich nichts.`,
    strength: "Stärke",
    anyStrength: "Jede Stärke",
    light: (below) => `Leicht, unter ${below}`,
    regular: (from, below) => `Normal, ${from} bis ${below}`,
    strong: (from, below) => `Stark, ${from} bis ${below}`,
    veryStrong: (from) => `Sehr stark, ab ${from}`,
    brewery: item.maker,
    anyBrewery: item.anyMaker,
    noBrewery: (text) => `Zu „${text}“ findet sich nichts.`,
    beers: (beers) => count(beers, ITEMS),
    offers: (offers) => count(offers, { one: "Vorschlag", other: "Vorschläge" }),
  },
  notes: {
    quick: "Eine schnelle Liste nach dem, was du bewertet hast; die ganze folgt gleich.",
    noRanking:
      "Vorhersagen gibt es gerade nicht, darum kommt zuerst, was dir am nächsten liegt, " +
      "mit den Noten aller.",
    noRetrieval:
      `Deine eigene Liste gibt es gerade nicht, darum stehen hier die beliebtesten ${other} ` +
      "mit den Noten aller. Frag in einer Minute noch einmal.",
    unknownHistory:
      `Du hast noch nichts bewertet, was man hier kennt, ` +
      `darum stehen hier die beliebtesten ${other} mit den Noten aller.`,
    tooFew: (found, isMenu, isNarrowed) => {
      const few = found === 0 ? NONE : `Nur ${count(found, ITEMS)}`;
      const where = isMenu ? ` ${item.onMenu}` : "";
      const match = isNarrowed ? (found > 1 ? "passen und " : "passt und ") : "";
      return `${few}${where} ${match}${found > 1 ? "sind" : "ist"} neu für dich.`;
    },
    nearUsernames: (names) => `Meintest du ${names.join(" oder ")}?`,
  },
  card: {
    wellKnown: "Viele haben bewertet: Der Katalog ist sich sicher.",
    known: "Einige haben bewertet: Der Katalog weiß recht gut Bescheid.",
    littleKnown: "Wenige haben bewertet: Nimm die Note nicht zu genau.",
    new: `Noch hat niemand bewertet: Die Note richtet sich nach ${item.attributes}.`,
    onMenuAs: (line) => `${capital(item.onMenu)}: „${line}“`,
    styleUnknown: `${item.style} unbekannt`,
    poured: (places, price) =>
      [item.at, places.length > 0 && `bei ${enumeration(places)}`, price !== null && `für ${price}`]
        .filter(Boolean)
        .join(" "),
    yourScore: (score) => `${score} von 5 würdest du geben`,
    everybodysScore: (score) => `${score} von 5 haben alle gegeben`,
    youdGive: "für dich",
    everyone: "alle",
    near: (brewery, given) => ` von ${brewery}, du gabst ${givenScore(given)}`,
    same: (style, brewery) =>
      [style && item.sameStyle, brewery && item.sameMaker].filter(Boolean).join(", "),
    noMatch: "Das gehört nicht zu dem, was am besten zu deinem Geschmack passt.",
    match: (place) => `Von allem passt es am ${wholeNumber(place)}.-besten zu dir.`,
    matchAndScore: (match, score, both) =>
      `Nach Geschmack steht es auf Platz ${wholeNumber(match)}, nach dem, was du geben würdest, ` +
      `auf Platz ${wholeNumber(score)}: zusammen Platz ${wholeNumber(both)}.`,
  },
  rating: {
    prompt: item.hadIt,
    of: (beer) => `Deine Note für ${beer}`,
    outOf: (score) => `${givenScore(score)} von 5`,
    save: (score) => `${givenScore(score)} speichern`,
    given: (beer, score) => `Du hast ${beer} mit ${givenScore(score)} bewertet.`,
    undo: "Rückgängig",
    notSaved: (beer, why) => `Deine Note für ${beer} wurde nicht gespeichert: ${why}`,
    takenBack: (beer) => `Deine Note für ${beer} ist zurückgenommen.`,
    notTakenBack: (beer, why) => `Deine Note für ${beer} wurde nicht zurückgenommen: ${why}`,
    sentLater: "Das bleibt hier und wird gesendet, sobald Taproom erreichbar ist.",
    sentAfterSignIn: "Das bleibt hier und wird gesendet, sobald du angemeldet bist.",
    waits: (score) =>
      score === null
        ? "Zurückgenommen; noch nicht gesendet."
        : `Deine Note ist ${givenScore(score)}; noch nicht gesendet.`,
  },
  ratings: {
    lede: "Was du gegeben hast, und daneben, was das Modell vorhersagt, ohne davon zu wissen.",
    more: "Ältere Bewertungen zeigen",
    accuracy: (total, error) =>
      `Über ${count(total, RATINGS)} liegt das Modell im Mittel um ${error} daneben, ` +
      "ohne sie zu kennen.",
    accuracyOfLatest: (shown, total, error) =>
      `Über deine letzten ${shown} von ${count(total, RATINGS)} liegt das Modell im Mittel ` +
      `um ${error} daneben, ohne sie zu kennen.`,
    nothing: "Noch nichts bewertet",
    nothingHint: `Bewerte ${A}, und du siehst hier, wie gut das Modell dich kennt.`,
    rate: `${capital(A)} bewerten`,
    unlisted: `Ein ${one}, ${bent("der", "das")} nicht mehr geführt wird`,
    retired: "ausgelaufen",
    you: "Du",
    model: "Modell",
    change: "Ändern",
    changeOf: (beer) => `Meine Note für ${beer} ändern`,
    takeBack: "Zurücknehmen",
    takeBackOf: (beer) => `Meine Note für ${beer} zurücknehmen`,
  },
  menu: {
    invitation: item.only,
    invitationHint: item.onlyHint,
    heading: item.whatIsOn,
    label: item.menu,
    hint: `Ein ${one} je Zeile. ${item.noMatter} machen nichts.`,
    example: `Ein ${one} je Zeile, so wie es dasteht:\n${item.example}\n…`,
    takePhoto: "Foto machen oder wählen",
    photo: "Dein Foto",
    reading: "Dein Foto wird gelesen …",
    read: (lines, known) =>
      `${count(lines, { one: "Zeile", other: "Zeilen" })} gelesen, ${known} davon bekannt. ` +
      `Verbessere, was nicht stimmt, und such dann.`,
    noPicture: "Dieses Bild lässt sich hier nicht öffnen: Nimm ein JPEG oder PNG.",
    noText: "Es war kein Text zu lesen. Nimm ein schärferes Foto, oder tipp die Zeilen ab.",
    find: `Diese ${other} finden`,
    cancel: "Abbrechen",
    finding: "Wird gesucht …",
    name: item.onHere,
    edit: item.editMenu,
    leave: `Alle ${other} zeigen`,
    toTry: (lines) => `${count(lines, ITEMS)} zum Probieren`,
    had: (lines) => `${lines} schon ${had}`,
    leftOut: (lines) => `${lines} ausgefiltert`,
    doubtful: (lines) => `${lines} unsicher`,
    doubtfulLines: (lines) => `Meintest du …? (${lines})`,
    hadLines: (lines) => `Schon ${had} (${lines})`,
    leftOutLines: (lines) => `Ausgefiltert (${lines})`,
    unknownLines: (lines) => `Hier unbekannt (${lines})`,
    placed: (brewery, given) =>
      ` von ${brewery}${given === null ? "" : `, du gabst ${givenScore(given)}`}`,
    line: (text) => `„${text}“`,
    isIt: (beer, brewery) => `Ist es ${beer} von ${brewery}?`,
  },
  trending: {
    name: "Im Kommen",
    list: `${other} im Kommen`,
    hint: (days) => `In den letzten ${days} Tagen mehr bewertet als zuvor.`,
    rise: (recent, expected) =>
      `${count(recent, RATINGS)}, vorher ${expected === 0 ? "kaum eine" : wholeNumber(expected)}`,
  },
  model,
  ...beers,
};
