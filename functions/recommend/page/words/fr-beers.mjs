/**
 * What the page says in French of single beers, of the first screen, and of somebody's taste.
 *
 * @import { Words } from "./en.mjs"
 */

import { capital, count, givenScore, predictedScore, wholeNumber } from "../formats.mjs";
import { bent, item } from "./items/fr.mjs";

const { one, other } = item;
const ITEMS = { one, other };
const RATINGS = { one: "note", other: "notes" };

/**
 * @type {Pick<Words, "welcome" | "taps" | "actions" | "why" | "beer" | "brewery" | "chosen"
 *   | "taste" | "keep" | "families">}
 */
export const beers = {
  welcome: {
    heading: `${bent("Quel sera ton prochain", "Quelle sera ta prochaine")} ${one} ?`,
    lede: "Ce qu’on aime ici et ce qui monte. Cinq touches, et la liste est à toi.",
    taps: "Je débute : cinq touches",
    known: "J’ai déjà noté",
    loved: bent("Très appréciés", "Très appréciées"),
    search: `Trouver ${bent("un", "une")} ${one}`,
    searchBy: `Nom, ${item.maker} ou ${item.style}`,
    noMatch: (text) => `Rien ne correspond à « ${text} ».`,
    keep: (ratings) =>
      ratings === 1 ? "Garder ma note" : `Garder mes ${wholeNumber(ratings)} notes`,
  },
  taps: {
    heading: "Cinq touches pour tes goûts",
    lede: `${item.hadIt} Touche la note qui te va. La liste dessous bouge à chaque touche.`,
    question: `${bent("Un", "Une")} ${one} que tu connais peut-être`,
    notHad: "Je ne connais pas",
    notHadOf: (beer) => `Je ne connais pas : ${beer}`,
    noneLeft: "C’est tout ce qu’on voulait te demander.",
    search: "Ou ce que tu connais",
    searchBy: `Chercher par nom ou ${item.maker}`,
    list: "Ta liste pour l’instant",
    listOfNobody: "Ce que tout le monde aime, pour l’instant",
    skip: "Passer",
    done: `Voir mes ${other}`,
    progress: (rated, of) =>
      rated >= of
        ? `${count(rated, RATINGS)} : voilà tes goûts`
        : `${wholeNumber(rated)} touches sur ${wholeNumber(of)}`,
  },
  actions: {
    wish: "À essayer",
    wishOf: (beer) => `À essayer : ${beer}`,
    wished: (beer) => `${beer} est sur ta liste d’envies.`,
    unwished: (beer) => `${beer} n’est plus sur ta liste d’envies.`,
    similar: "Semblables",
    similarOf: (beer) => `Semblables à ${beer}`,
    dismiss: "Pas pour moi",
    dismissOf: (beer) => `Pas pour moi : ${beer}`,
    dismissed: (beer) => `Tu ne verras plus ${beer} ici.`,
    restore: "Remontrer",
    restoreOf: (beer) => `Remontrer : ${beer}`,
    restored: (beer) => `${beer} peut revenir dans ta liste.`,
    share: "Partager cette liste",
    shareBeer: "Partager",
    shared: "Le lien est copié : qui l’ouvre voit la même chose.",
    notShared: (address) => `Copie cette adresse : ${address}`,
  },
  why: {
    like: (beer, given) => `Comme ${beer}, à qui tu as donné ${givenScore(given)}`,
    probe: "Autre chose, tiré au sort pour savoir à qui ça plaît",
    fits: (reviews) => `Dans tes goûts en général ; ${count(reviews, RATINGS)}.`,
    loved: (score, reviews) =>
      `${bent("Apprécié", "Appréciée")} : ${score} en moyenne, pour ${count(reviews, RATINGS)}.`,
    stronger: bent("Plus fort que d’habitude pour toi", "Plus forte que d’habitude pour toi"),
    lighter: bent("Plus léger que d’habitude pour toi", "Plus légère que d’habitude pour toi"),
    newStyle: (style) => `Nouveau pour toi : ${style}`,
    wellKnown: "presque sûr",
    known: "assez sûr",
    littleKnown: "au flair",
    new: "un pari",
  },
  beer: {
    everybody: (reviews, mean) => `Tous : ${mean} sur 5, pour ${count(reviews, RATINGS)}`,
    unrated: "Personne n’a encore noté",
    youdGive: (score) => `Tu donnerais ${score}`,
    youGave: (score) => `Tu as donné ${givenScore(score)}`,
    yours: "Ta note",
    note: "Un mot pour toi",
    noteHint: "Enregistré avec ta note, et gardé sur cet appareil.",
    saveNote: "Enregistrer le mot",
    noteSaved: "Ton mot est enregistré.",
    noteNeedsScore: "Ton mot reste sur cet appareil : il partira avec ta note.",
    similar: "Dans le même esprit",
    ofBrewery: (brewery) => `Plus de ${brewery}`,
  },
  brewery: {
    beers: (beers) => `${count(beers, ITEMS)}, en commençant par ce qu’on connaît le mieux`,
    more: `Voir plus de ${other}`,
  },
  chosen: {
    wishes: "Mes envies",
    wishesLede: "Ce que tu veux essayer, le plus proche d’abord. Tout reste sur cet appareil.",
    noWishes: "Pas encore d’envies",
    noWishesHint: "« À essayer » sur une carte l’ajoute ici.",
    dismissed: "Pas pour moi",
    dismissedLede: "Ce que tu ne veux pas voir dans ta liste. Cela reste sur cet appareil.",
    noneDismissed: "Rien n’est masqué",
    noneDismissedHint: "« Pas pour moi » sur une carte l’ajoute ici.",
    list: `Une liste de ${other}`,
    listLede: "Quelqu’un a partagé cette liste : la voici selon tes goûts.",
    noList: "Rien sur cette liste",
    noListHint: "Rien de tout ça n’est connu ici.",
    find: `Trouver des ${other}`,
  },
  taste: {
    title: "Mes goûts",
    lede:
      "Ce que le modèle retient de tes notes. " +
      "Il se trompe ? Note-lui un exemple, ou demande-lui-en moins.",
    nothing: "Pas encore de goûts",
    nothingHint: "Cinq touches sur ce que tu connais, et voici ce que le modèle en retient.",
    styles: capital(item.style),
    strengths: "Degrés",
    breweries: capital(item.maker),
    allStyles: "Tout voir",
    predicted: (score) => `tu donnerais ${predictedScore(score)}`,
    given: (score, ratings) => `tu as donné ${predictedScore(score)} (${count(ratings, RATINGS)})`,
    less: "Moins",
    lessOf: (style) => `Moins de ça : ${style}`,
    lessNow: (style) => `Ta liste laisse ${style} de côté sur cet appareil.`,
    moreNow: (style) => `Ta liste reprend ${style}.`,
    rate: "Noter",
    rateOf: (name) => `Noter : ${name}`,
    legend: (mean) =>
      `À droite du milieu, c’est plus que ta moyenne de ${predictedScore(mean)}. ` +
      "Plein : ce que tu donnerais. Anneau : ce que tu as donné.",
  },
  keep: {
    heading: "Garde tes notes",
    lede: (ratings) =>
      `${count(ratings, RATINGS)} sur cet appareil. Choisis un nom pour les retrouver partout.`,
    signIn: (ratings) =>
      `${count(ratings, RATINGS)} sur cet appareil : connecte-toi pour ne pas les perdre.`,
    name: "Choisis un nom",
    choose: "Garder sous ce nom",
    taken: (name) => `« ${name} » est déjà pris : choisis un autre nom.`,
    kept: (ratings) => `Gardé : ${count(ratings, RATINGS)}.`,
    notKept: (why) => `Toutes tes notes n’ont pas pu être gardées : ${why}`,
  },
  families: {
    lager: "Lagers et pils",
    wheat: "Blanches et froment",
    pale: "Pale ales",
    ipa: "India pale ales",
    amber: "Ambrées et rousses",
    brown: "Brunes",
    dark: "Stouts et porters",
    belgian: "Belges et saisons",
    strong: "Barley wines et fortes",
    sour: "Acides et sauvages",
    fruit: "Fruits, épices et miel",
    other: "Autres",
  },
};
