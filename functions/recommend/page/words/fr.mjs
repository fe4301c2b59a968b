/* eslint max-lines: off -- one file because all of a language is read together */
/**
 * What the page says in French.
 *
 * @import { Words } from "./en.mjs"
 */

import { count, enumeration, givenScore, wholeNumber } from "../formats.mjs";
import { beers } from "./fr-beers.mjs";
import { model } from "./fr-model.mjs";
import { bent, item } from "./items/fr.mjs";

const { one, other, had } = item;
const ITEMS = { one, other };
const RATINGS = { one: "note", other: "notes" };
const A = `${bent("un", "une")} ${one}`;
const NONE = `${bent("Aucun", "Aucune")} ${one}`;
const E = bent("", "e");

/** @type {Words} */
export const words = {
  frame: {
    skip: "Aller au contenu",
    views: "Vues",
    beers: item.title,
    ratings: "Mes notes",
    taste: "Mes goûts",
    model: "Modèle",
    whoAreYou: "Me connecter",
    youAre: "Tu es ",
    newcomer: "Nouveau",
  },
  titles: {
    whoAreYou: "Qui es-tu ?",
    taps: "Cinq touches pour tes goûts",
    beers: `Des ${other} pour toi`,
    ratings: "Mes notes",
    model: "Le modèle",
  },
  failures: {
    noConnection: item.noConnection,
    noAnswer: item.noAnswer,
    tooLong: "La réponse se fait attendre. Réessaie dans un instant.",
    unreachable: "Taproom est injoignable. Vérifie ta connexion et réessaie.",
    signIn: "Connecte-toi d’abord : toi seul peux demander ce qui te plaît.",
    tooMany: "Beaucoup de monde au comptoir. Réessaie dans quelques secondes.",
    codes: {
      bad_request: "Taproom n’y comprend rien.",
      forbidden: "C’est à quelqu’un d’autre : connecte-toi à sa place.",
      not_found: "Ça n’existe plus ici.",
      too_large: "C’est trop d’un coup : essaie avec moins.",
      photos_used_up: "Assez de photos pour aujourd’hui : colle la carte en texte.",
      no_model: "Taproom découvre encore les goûts d’ici. Reviens un peu plus tard.",
      model_busy: "Taproom se réveille. Réessaie dans quelques secondes.",
      model_failed: "Taproom est en panne pour l’instant. Réessaie dans une minute.",
      photo_failed: "La photo n’a pas pu être lue. Réessaie, ou colle la carte en texte.",
      unreachable: "Une partie de Taproom est injoignable. Réessaie dans quelques secondes.",
      failed: "Quelque chose a cassé dans Taproom. Réessaie dans une minute.",
    },
    unexplained: (status) =>
      `Taproom a répondu ${status} sans dire pourquoi. Réessaie dans une minute.`,
    tryAgain: "Réessayer",
    request: (id) => `Requête ${id}`,
  },
  whoAreYou: {
    somebodyElse: "Quelqu’un d’autre ?",
    lede: "Dis à Taproom qui tu es, et il choisit d’après tout ce que tu as noté.",
    youAre: (name) => `Tu es ${name}. `,
    youAreNewcomer: "Tu es nouveau sur cet appareil. ",
    forgetMe: "M’oublier",
    signOut: "Me déconnecter",
    unsent: (ratings) =>
      `${count(ratings, { one: "changement", other: "changements" })} à envoyer : ` +
      "ce serait perdu.",
    username: "Ton nom d’utilisateur",
    beginToType: "Tape les premières lettres",
    nobody: (text) => `Aucun nom ne commence par « ${text} ».`,
    ratedBefore: `J’ai déjà noté des ${other}`,
    open: "Ce Taproom est ouvert, pour essayer : chacun peut être qui il veut.",
    signIn: "Me connecter",
    yours: "Tes notes ne sont qu’à toi : connecte-toi pour t’en servir.",
    programsOnly: "Ici, seuls des programmes peuvent consulter les notes, pas cette page.",
    newHere: "Je suis nouveau ici",
    onThisDevice: `Note quelques ${other} que tu connais. Tout reste sur cet appareil.`,
    goOn: "Continuer à noter",
    rateAFew: `Noter quelques ${other}`,
  },
  list: {
    name: `${item.title} à essayer`,
    section: "La liste",
    more: `Voir plus de ${other}`,
    lede: "D’après ce que tu as noté jusqu’ici, en commençant par ce qui te va le mieux.",
    ledeOfNobody: `Note ${A} que tu connais, et la liste devient la tienne.`,
    ledeOfNewcomer: (ratings) =>
      `D’après ${ratings === 1 ? "ta note" : `tes ${wholeNumber(ratings)} notes`} ` +
      "sur cet appareil, en commençant par ce qui te va le mieux.",
    length: (beers) => `${beers === 0 ? NONE : count(beers, ITEMS)} sur ta liste.`,
    better: "Les modèles sont réveillés : voici votre liste complète.",
    unchanged: "La liste reste comme elle est.",
    added: (beers) => `${count(beers, { one: `nouveauté`, other: `nouveautés` })} sur ta liste.`,
    stale: (why) => `La liste n’a pas pu être mise à jour : ${why}`,
    earlier: (when) => `Taproom est injoignable : ceci date du ${when}.`,
    nothingOnMenu: `Rien de nouveau ${item.onMenu}`,
    nothingOnMenuHint: "Rien là-dessus qui te reste à essayer.",
    nothingLikeThat: `${NONE} ne ressemble à ça`,
    nothingLikeThatHint: `Essaie ${item.otherAttributes}.`,
    nothingLeft: "Plus rien à essayer",
    nothingLeftHint: `Tu as noté ${bent("tous les", "toutes les")} ${other} d’ici.`,
  },
  filters: {
    name: "Affiner la liste",
    open: (set) => (set === 0 ? "Filtres" : `Filtres (${set})`),
    clear: "Effacer les filtres",
    style: item.style[0].toUpperCase() + item.style.slice(1),
    anyStyle: item.anyStyle,
    noStyle: (text) => `Rien ne correspond à « ${text} ».`,
    strength: "Degré",
    anyStrength: "Tous les degrés",
    light: (below) => `Léger, moins de ${below}`,
    regular: (from, below) => `Moyen, de ${from} à ${below}`,
    strong: (from, below) => `Fort, de ${from} à ${below}`,
    veryStrong: (from) => `Très fort, ${from} et plus`,
    brewery: item.maker[0].toUpperCase() + item.maker.slice(1),
    anyBrewery: item.anyMaker,
    noBrewery: (text) => `Rien ne correspond à « ${text} ».`,
    beers: (beers) => count(beers, ITEMS),
    offers: (offers) => count(offers, { one: "proposition", other: "propositions" }),
  },
  notes: {
    quick: "Une liste rapide d’après vos notes ; la liste complète suit dans un instant.",
    noRanking:
      "Pas de prévision de notes pour l’instant : d’abord ce qui est proche de tes goûts, " +
      "avec les notes de tous.",
    noRetrieval:
      "Ta propre liste n’est pas disponible pour l’instant : voici ce que tout le monde préfère, " +
      "avec les notes de tous. Redemande dans une minute.",
    unknownHistory:
      "Tu n’as encore rien noté que l’on connaisse ici : voici ce que tout le monde préfère, " +
      "avec les notes de tous.",
    tooFew: (found, isMenu, isNarrowed) => {
      const few = found === 0 ? NONE : `Seulement ${count(found, ITEMS)}`;
      const where = isMenu ? ` ${item.onMenu}` : "";
      const match = isNarrowed ? " avec ces filtres" : "";
      return `${few}${where}${match} à découvrir pour toi.`;
    },
    nearUsernames: (names) => `Voulais-tu dire ${names.join(" ou ")} ?`,
  },
  card: {
    wellKnown: "Beaucoup de notes : le catalogue en est sûr.",
    known: "Quelques notes : le catalogue sait assez bien.",
    littleKnown: "Peu de notes : à prendre avec des pincettes.",
    new: `Personne n’a encore noté : on se fie à ${item.attributes}.`,
    onMenuAs: (line) => `Noté « ${line} » ${item.onMenu}`,
    styleUnknown: "Style inconnu",
    poured: (places, price) =>
      [item.at, places.length > 0 && `chez ${enumeration(places)}`, price !== null && `à ${price}`]
        .filter(Boolean)
        .join(" "),
    yourScore: (score) => `${score} sur 5, c’est ce que tu donnerais`,
    everybodysScore: (score) => `${score} sur 5, c’est ce que tous ont donné`,
    youdGive: "pour toi",
    everyone: "tous",
    near: (brewery, given) => ` par ${brewery}, tu as donné ${givenScore(given)}`,
    same: (style, brewery) =>
      [style && `même ${item.style}`, brewery && `même ${item.maker}`].filter(Boolean).join(", "),
    noMatch: "Ce n’est pas ce qui correspond le mieux à tes goûts.",
    match: (place) => `Place ${wholeNumber(place)} selon tes goûts, parmi tout ce qu’il y a.`,
    matchAndScore: (match, score, both) =>
      `Place ${wholeNumber(match)} selon tes goûts, ` +
      `${wholeNumber(score)} selon ce que tu donnerais : ${wholeNumber(both)} au total.`,
  },
  rating: {
    prompt: item.hadIt,
    of: (beer) => `Ta note pour ${beer}`,
    outOf: (score) => `${givenScore(score)} sur 5`,
    save: (score) => `Enregistrer ${givenScore(score)}`,
    given: (beer, score) => `Tu as donné ${givenScore(score)} à ${beer}.`,
    undo: "Annuler",
    notSaved: (beer, why) => `Ta note pour ${beer} n’a pas été enregistrée : ${why}`,
    takenBack: (beer) => `Ta note pour ${beer} est retirée.`,
    notTakenBack: (beer, why) => `Ta note pour ${beer} n’a pas été retirée : ${why}`,
    sentLater: "C’est gardé ici, et envoyé dès que Taproom est joignable.",
    sentAfterSignIn: "C’est gardé ici, et envoyé dès que tu es connecté.",
    waits: (score) =>
      score === null
        ? "Retirée ; pas encore envoyé."
        : `Ta note est ${givenScore(score)} ; pas encore envoyée.`,
  },
  ratings: {
    lede: "Ce que tu as donné, et ce que le modèle prévoit sans qu’on le lui ait dit.",
    more: "Voir les notes plus anciennes",
    accuracy: (total, error) =>
      `Sur ${count(total, RATINGS)}, le modèle se trompe de ${error} en moyenne, ` +
      "sans les connaître.",
    accuracyOfLatest: (shown, total, error) =>
      `Sur tes ${shown} dernières notes (de ${wholeNumber(total)}), le modèle se trompe ` +
      `de ${error} en moyenne, sans les connaître.`,
    nothing: "Rien de noté encore",
    nothingHint: `Note ${A}, et tu verras ici si le modèle te connaît bien.`,
    rate: `Noter ${A}`,
    unlisted: `${bent("Un", "Une")} ${one} qui n’est plus au catalogue`,
    retired: `retiré${E}`,
    you: "Toi",
    model: "Modèle",
    change: "Changer",
    changeOf: (beer) => `Changer ma note pour ${beer}`,
    takeBack: "Retirer",
    takeBackOf: (beer) => `Retirer ma note pour ${beer}`,
  },
  menu: {
    invitation: item.only,
    invitationHint: item.onlyHint,
    heading: item.whatIsOn,
    label: item.menu,
    hint: `${bent("Un", "Une")} ${one} par ligne. ${item.noMatter} ne gênent pas.`,
    example: `${bent("Un", "Une")} ${one} par ligne, comme c’est écrit :\n${item.example}\n…`,
    takePhoto: "Prendre ou choisir une photo",
    photo: "Ta photo",
    reading: "Lecture de ta photo…",
    read: (lines, known) =>
      `${count(lines, { one: "ligne lue", other: "lignes lues" })}, dont ${known} connues ici. ` +
      "Corrige ce qui ne va pas, puis cherche.",
    noPicture: "Cette image ne s’ouvre pas ici : choisis un JPEG ou un PNG.",
    noText: "Aucun texte n’a pu être lu. Essaie une photo plus nette, ou tape les lignes.",
    find: `Trouver ces ${other}`,
    cancel: "Annuler",
    finding: "Recherche en cours…",
    name: item.onHere,
    edit: item.editMenu,
    leave: `Voir ${bent("tous les", "toutes les")} ${other}`,
    toTry: (lines) => `${count(lines, ITEMS)} à essayer`,
    had: (lines) => `${lines} déjà ${had}${E}${lines > 1 ? "s" : ""}`,
    leftOut: (lines) => `${lines} hors filtres`,
    doubtful: (lines) => `${lines} à vérifier`,
    doubtfulLines: (lines) => `Voulais-tu dire … ? (${lines})`,
    hadLines: (lines) => `Déjà ${had}${E}s (${lines})`,
    leftOutLines: (lines) => `Hors filtres (${lines})`,
    unknownLines: (lines) => `Inconnu ici (${lines})`,
    placed: (brewery, given) =>
      ` par ${brewery}${given === null ? "" : `, tu as donné ${givenScore(given)}`}`,
    line: (text) => `« ${text} »`,
    isIt: (beer, brewery) => `Est-ce ${beer} par ${brewery} ?`,
  },
  trending: {
    name: "En vogue",
    list: `${item.title} en vogue`,
    hint: (days) => `Plus de notes ces ${days} derniers jours qu’avant.`,
    rise: (recent, expected) =>
      `${count(recent, RATINGS)}, contre ` +
      (expected === 0 ? "presque aucune" : wholeNumber(expected)),
  },
  model,
  ...beers,
};
