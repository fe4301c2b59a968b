/**
 * What the page says in Spanish of single beers, of the first screen, and of somebody's taste.
 *
 * @import { Words } from "./en.mjs"
 */

import { capital, count, givenScore, predictedScore, wholeNumber } from "../formats.mjs";
import { bent, item } from "./items/es.mjs";

const { one, other } = item;
const ITEMS = { one, other };
const RATINGS = { one: "nota", other: "notas" };

/**
 * @type {Pick<Words, "welcome" | "taps" | "actions" | "why" | "beer" | "brewery" | "chosen"
 *   | "taste" | "keep" | "families">}
 */
export const beers = {
  welcome: {
    heading: `¿Cuál será tu próxim${bent("o", "a")} ${one}?`,
    lede: "Lo que aquí gusta y lo que va en alza. Cinco toques, y la lista es tuya.",
    taps: "Soy nuevo aquí: cinco toques",
    known: "Ya he puntuado antes",
    loved: "Lo más querido",
    search: `Buscar ${bent("un", "una")} ${one}`,
    searchBy: `Nombre, ${item.maker} o ${item.style}`,
    noMatch: (text) => `No hay nada con «${text}».`,
    keep: (ratings) =>
      ratings === 1 ? "Guardar mi nota" : `Guardar mis ${wholeNumber(ratings)} notas`,
  },
  taps: {
    heading: "Cinco toques y tu gusto",
    lede: `${item.hadIt} Toca cuánto te gustó. La lista de abajo cambia con cada toque.`,
    question: `${bent("Un", "Una")} ${one} que quizá conozcas`,
    notHad: "Ni idea",
    notHadOf: (beer) => `Ni idea: ${beer}`,
    noneLeft: "Eso es todo lo que queríamos preguntar.",
    search: "O algo que conozcas",
    searchBy: `Busca por nombre o ${item.maker}`,
    list: "Tu lista hasta ahora",
    listOfNobody: "Lo que gusta a todos, hasta ahora",
    skip: "Saltar",
    done: `Ver mis ${other}`,
    progress: (rated, of) =>
      rated >= of
        ? `${count(rated, RATINGS)}: eso ya es un gusto`
        : `${wholeNumber(rated)} de ${wholeNumber(of)} toques`,
  },
  actions: {
    wish: "Por probar",
    wishOf: (beer) => `Por probar: ${beer}`,
    wished: (beer) => `${beer} está en tu lista de deseos.`,
    unwished: (beer) => `${beer} ya no está en tu lista de deseos.`,
    similar: "Similares",
    similarOf: (beer) => `Similares a ${beer}`,
    dismiss: "No es para mí",
    dismissOf: (beer) => `No es para mí: ${beer}`,
    dismissed: (beer) => `No volverás a ver ${beer} aquí.`,
    restore: "Volver a mostrar",
    restoreOf: (beer) => `Volver a mostrar: ${beer}`,
    restored: (beer) => `${beer} puede volver a tu lista.`,
    share: "Compartir esta lista",
    shareBeer: "Compartir",
    shared: "El enlace está copiado: quien lo abra verá lo mismo.",
    notShared: (address) => `Copia esta dirección: ${address}`,
  },
  why: {
    like: (beer, given) => `Como ${beer}, con tu ${givenScore(given)}`,
    probe: "Algo distinto, elegido al azar para saber a quién le gusta",
    fits: (reviews) => `Va con tus gustos en general; ${count(reviews, RATINGS)}.`,
    loved: (score, reviews) => `Gusta mucho: ${score} de media, con ${count(reviews, RATINGS)}.`,
    stronger: "Más fuerte de lo que sueles tomar",
    lighter: `Más liger${bent("o", "a")} de lo que sueles tomar`,
    newStyle: (style) => `Nuevo para ti: ${style}`,
    wellKnown: "casi seguro",
    known: "bastante seguro",
    littleKnown: "a ojo",
    new: "una apuesta",
  },
  beer: {
    everybody: (reviews, mean) => `Todos: ${mean} de 5, con ${count(reviews, RATINGS)}`,
    unrated: "Nadie ha puntuado aún",
    youdGive: (score) => `Le darías un ${score}`,
    youGave: (score) => `Le diste un ${givenScore(score)}`,
    yours: "Tu nota",
    note: "Un apunte para ti",
    noteHint: "Se guarda con tu nota, y se queda en este dispositivo.",
    saveNote: "Guardar el apunte",
    noteSaved: "Tu apunte está guardado.",
    noteNeedsScore: "Tu apunte se queda en este dispositivo: irá junto con tu nota.",
    similar: "Más como esto",
    ofBrewery: (brewery) => `Más de ${brewery}`,
  },
  brewery: {
    beers: (beers) => `${count(beers, ITEMS)}, primero lo más conocido`,
    more: `Ver más ${other}`,
  },
  chosen: {
    wishes: "Mi lista de deseos",
    wishesLede: "Lo que quieres probar, primero lo que mejor te va. Se queda en este dispositivo.",
    noWishes: "Todavía no hay deseos",
    noWishesHint: "Con «Por probar» en una tarjeta llega aquí.",
    dismissed: "No es para mí",
    dismissedLede: "Lo que no quieres ver en tu lista. Se queda en este dispositivo.",
    noneDismissed: "No hay nada oculto",
    noneDismissedHint: "Con «No es para mí» en una tarjeta llega aquí.",
    list: `Una lista de ${other}`,
    listLede: "Alguien ha compartido esta lista: aquí va según tus gustos.",
    noList: "No hay nada en esta lista",
    noListHint: "Nada de eso se conoce aquí.",
    find: `Buscar ${other}`,
  },
  taste: {
    title: "Mi gusto",
    lede:
      "Lo que el modelo saca de tus notas. " +
      "¿Se equivoca? Puntúa algo de ese tipo, o pide menos.",
    nothing: "Todavía no hay gusto",
    nothingHint: "Cinco toques en lo que conozcas, y aquí verás qué saca el modelo de ellos.",
    styles: capital(item.style),
    strengths: "Graduaciones",
    breweries: capital(item.maker),
    allStyles: "Ver todo",
    predicted: (score) => `le darías ${predictedScore(score)}`,
    given: (score, ratings) => `le diste ${predictedScore(score)} (${count(ratings, RATINGS)})`,
    less: "Menos",
    lessOf: (style) => `Menos de esto: ${style}`,
    lessNow: (style) => `Tu lista deja fuera ${style} en este dispositivo.`,
    moreNow: (style) => `Tu lista vuelve a tener ${style}.`,
    rate: "Puntuar",
    rateOf: (name) => `Puntuar: ${name}`,
    legend: (mean) =>
      `A la derecha del centro es más que tu media de ${predictedScore(mean)}. ` +
      "Relleno: lo que darías. Anillo: lo que diste.",
  },
  keep: {
    heading: "Conserva tus notas",
    lede: (ratings) =>
      `${count(ratings, RATINGS)} en este dispositivo. Elige un nombre para tenerlas siempre.`,
    signIn: (ratings) =>
      `${count(ratings, RATINGS)} en este dispositivo: inicia sesión para no perder nada.`,
    name: "Elige un nombre",
    choose: "Conservarlas con este nombre",
    taken: (name) => `Ya hay alguien que se llama «${name}»: elige otro nombre.`,
    kept: (ratings) => `Guardado: ${count(ratings, RATINGS)}.`,
    notKept: (why) => `No se han podido conservar todas tus notas: ${why}`,
  },
  families: {
    lager: "Lagers y pilsner",
    wheat: "De trigo",
    pale: "Pale ales",
    ipa: "India pale ales",
    amber: "Ámbar y rojas",
    brown: "Castañas",
    dark: "Stouts y porters",
    belgian: "Belgas y saison",
    strong: "Barley wines y fuertes",
    sour: "Ácidas y salvajes",
    fruit: "Fruta, especias y miel",
    other: "Otras",
  },
};
